// The published algorithms with Go's standard library alone: keys are read once and the zlib writer is used again. It writes
// stored blocks, as Tencent's own Go library does by default. Prints `name ns_per_op ops bytes`.
package main

import (
	"bytes"
	"compress/zlib"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdsa"
	"crypto/hmac"
	"crypto/md5"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"os"
	"sort"
	"strconv"
	"strings"
	"time"
)

const (
	user   = "user_0a1b2c3d_4e5f"
	app    = 1400087915
	secret = "8f0c3a7d5b1e4962a0d8f7c6b5e4d3c2b1a09f8e7d6c5b4a39281706f5e4d3c2"
)

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// ticket closes a document: zlib with a writer that is kept, Tencent's base64.
type closer struct {
	out    bytes.Buffer
	writer *zlib.Writer
	swap   *strings.Replacer
}

func newCloser() *closer {
	c := &closer{swap: strings.NewReplacer("+", "*", "/", "-", "=", "_")}
	writer, err := zlib.NewWriterLevel(&c.out, zlib.NoCompression)
	check(err)
	c.writer = writer
	return c
}

func (c *closer) ticket(document []byte) string {
	c.out.Reset()
	c.writer.Reset(&c.out)
	_, err := c.writer.Write(document)
	check(err)
	check(c.writer.Close())
	return c.swap.Replace(base64.StdEncoding.EncodeToString(c.out.Bytes()))
}

type documentV2 struct {
	Ver        string `json:"TLS.ver"`
	Identifier string `json:"TLS.identifier"`
	SdkAppID   uint64 `json:"TLS.sdkappid"`
	Time       int64  `json:"TLS.time"`
	Expire     int64  `json:"TLS.expire"`
	Userbuf    []byte `json:"TLS.userbuf,omitempty"`
	Sig        string `json:"TLS.sig"`
}

func v2(c *closer, withRoom bool) func() int {
	mac := hmac.New(sha256.New, []byte(secret))
	return func() int {
		now := time.Now().Unix()
		text := "TLS.identifier:" + user + "\nTLS.sdkappid:" + strconv.Itoa(app) + "\nTLS.time:" + strconv.FormatInt(now, 10) + "\nTLS.expire:86400\n"
		document := documentV2{Ver: "2.0", Identifier: user, SdkAppID: app, Time: now, Expire: 86400}
		if withRoom {
			userbuf := make([]byte, 0, 64)
			userbuf = append(userbuf, 0, 0, byte(len(user)))
			userbuf = append(userbuf, user...)
			for _, word := range []uint32{app, 12345, uint32(now) + 86400, 255, 0} {
				userbuf = binary.BigEndian.AppendUint32(userbuf, word)
			}
			document.Userbuf = userbuf
			text += "TLS.userbuf:" + base64.StdEncoding.EncodeToString(userbuf) + "\n"
		}
		mac.Reset()
		mac.Write([]byte(text))
		document.Sig = base64.StdEncoding.EncodeToString(mac.Sum(nil))
		written, err := json.Marshal(document)
		check(err)
		return len(c.ticket(written))
	}
}

type documentV1 struct {
	AccountType string `json:"TLS.account_type"`
	Identifier  string `json:"TLS.identifier"`
	AppidAt3rd  string `json:"TLS.appid_at_3rd"`
	SdkAppid    string `json:"TLS.sdk_appid"`
	ExpireAfter string `json:"TLS.expire_after"`
	Version     string `json:"TLS.version"`
	Time        string `json:"TLS.time"`
	Sig         string `json:"TLS.sig"`
}

func privateKey(vectors string) *ecdsa.PrivateKey {
	text, err := os.ReadFile(vectors)
	check(err)
	var file struct {
		Keys map[string]struct {
			Pkcs8 string `json:"pkcs8"`
		} `json:"keys"`
	}
	check(json.Unmarshal(text, &file))
	block, _ := pem.Decode([]byte(file.Keys["p256"].Pkcs8))
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	check(err)
	return key.(*ecdsa.PrivateKey)
}

func v1(c *closer, key *ecdsa.PrivateKey) func() int {
	return func() int {
		now := strconv.FormatInt(time.Now().Unix(), 10)
		text := "TLS.appid_at_3rd:0\nTLS.account_type:0\nTLS.identifier:" + user + "\nTLS.sdk_appid:" + strconv.Itoa(app) + "\nTLS.time:" + now + "\nTLS.expire_after:86400\n"
		hash := sha256.Sum256([]byte(text))
		signature, err := ecdsa.SignASN1(rand.Reader, key, hash[:])
		check(err)
		written, err := json.Marshal(documentV1{"0", user, "0", strconv.Itoa(app), "86400", "201512300000", now, base64.StdEncoding.EncodeToString(signature)})
		check(err)
		return len(c.ticket(written))
	}
}

func loginToken() int {
	expired := strconv.FormatInt(time.Now().Unix()+1800, 10)
	var random [8]byte
	_, err := rand.Read(random[:])
	check(err)
	nonce := hex.EncodeToString(random[:])
	hash := md5.Sum([]byte("1739272706" + "afd202a59d72f56fe09b585c76886826" + user + nonce + expired))
	text := `{"ver":1,"hash":"` + hex.EncodeToString(hash[:]) + `","nonce":"` + nonce + `","expired":` + expired + `}`
	return len(base64.StdEncoding.EncodeToString([]byte(text)))
}

func token04() int {
	created := time.Now().Unix()
	var random [20]byte
	_, err := rand.Read(random[:])
	check(err)
	plain, err := json.Marshal(map[string]interface{}{"app_id": 1739272706, "user_id": user, "ctime": created,
		"expire": created + 3600, "nonce": int32(binary.BigEndian.Uint32(random[16:])), "payload": ""})
	check(err)
	block, err := aes.NewCipher([]byte("fa94dd0f974cf2e293728a526b028271"))
	check(err)
	pad := aes.BlockSize - len(plain)%aes.BlockSize
	plain = append(plain, bytes.Repeat([]byte{byte(pad)}, pad)...)
	sealed := make([]byte, len(plain))
	cipher.NewCBCEncrypter(block, random[:16]).CryptBlocks(sealed, plain)
	packed := binary.BigEndian.AppendUint64(nil, uint64(created+3600))
	packed = append(binary.BigEndian.AppendUint16(packed, 16), random[:16]...)
	packed = append(binary.BigEndian.AppendUint16(packed, uint16(len(sealed))), sealed...)
	return len("04" + base64.StdEncoding.EncodeToString(packed))
}

func cssURL() int {
	time := strings.ToUpper(strconv.FormatInt(time.Now().Unix()+86400, 16))
	hash := md5.Sum([]byte("b7c1f0a2d94e4c0e8a5d3f6172839405" + "live_room_12345" + time))
	return len("rtmp://push.example.com/live/live_room_12345?txSecret=" + hex.EncodeToString(hash[:]) + "&txTime=" + time)
}

func voip() func() int {
	mac := hmac.New(sha256.New, []byte("ICjHriwWCa6GvXlLJWXd9w=="))
	return func() int {
		var random [8]byte
		_, err := rand.Read(random[:])
		check(err)
		values := []string{"wx1a2b3c4d5e6f7081", "room_42", hex.EncodeToString(random[:]), strconv.FormatInt(time.Now().Unix(), 10)}
		sort.Strings(values)
		mac.Reset()
		mac.Write([]byte(strings.Join(values, "")))
		return len(hex.EncodeToString(mac.Sum(nil)))
	}
}

// Usage: peers vectors.json rounds milliseconds
func main() {
	rounds, err := strconv.Atoi(os.Args[2])
	check(err)
	milliseconds, err := strconv.Atoi(os.Args[3])
	check(err)
	c := newCloser()
	makers := []struct {
		name string
		make func() int
	}{
		{"usersig_v2", v2(c, false)},
		{"private_map_key_v2", v2(c, true)},
		{"usersig_v1_p256", v1(c, privateKey(os.Args[1]))},
		{"zego_login_token", loginToken},
		{"zego_token04", token04},
		{"css_url", cssURL},
		{"voip_signature", voip()},
	}
	times, ops, sizes := make([][]float64, len(makers)), make([]int, len(makers)), make([]int, len(makers))
	// The first round warms caches and is thrown away.
	for round := 0; round <= rounds; round++ {
		for i, maker := range makers {
			start, made := time.Now(), 0
			for time.Since(start) < time.Duration(milliseconds)*time.Millisecond {
				for k := 0; k < 64; k++ {
					sizes[i] = maker.make()
				}
				made += 64
			}
			if round > 0 {
				times[i] = append(times[i], float64(time.Since(start).Nanoseconds())/float64(made))
				ops[i] += made
			}
		}
	}
	for i, maker := range makers {
		sort.Float64s(times[i])
		fmt.Printf("%s %.0f %d %d\n", maker.name, times[i][len(times[i])/2], ops[i], sizes[i])
	}
}
