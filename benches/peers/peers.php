<?php
// The published algorithms with PHP's own functions, as Tencent's and ZEGO's PHP samples have them; keys are read once.
// Prints `name ns_per_op ops bytes`. Usage: php peers.php vectors.json rounds milliseconds

const USER = 'user_0a1b2c3d_4e5f';
const APP = 1400087915;
const SECRET = '8f0c3a7d5b1e4962a0d8f7c6b5e4d3c2b1a09f8e7d6c5b4a39281706f5e4d3c2';

[, $vectors, $rounds, $milliseconds] = $argv;
$pem = json_decode(file_get_contents($vectors), true)['keys']['p256']['pkcs8'];
$private = openssl_pkey_get_private($pem);
if ($private === false) {
    fwrite(STDERR, "the key of the vectors cannot be read\n");
    exit(1);
}

function ticket(array $document): string
{
    $text = base64_encode(gzcompress(json_encode($document, JSON_UNESCAPED_SLASHES)));
    return strtr($text, '+/=', '*-_');
}

function version2(?string $userbuf): string
{
    $now = time();
    $text = 'TLS.identifier:' . USER . "\nTLS.sdkappid:" . APP . "\nTLS.time:" . $now . "\nTLS.expire:86400\n";
    $document = ['TLS.ver' => '2.0', 'TLS.identifier' => USER, 'TLS.sdkappid' => APP, 'TLS.expire' => 86400, 'TLS.time' => $now];
    if ($userbuf !== null) {
        $buffer = $userbuf . pack('N5', APP, 12345, $now + 86400, 255, 0);
        $document['TLS.userbuf'] = base64_encode($buffer);
        $text .= 'TLS.userbuf:' . $document['TLS.userbuf'] . "\n";
    }
    $document['TLS.sig'] = base64_encode(hash_hmac('sha256', $text, SECRET, true));
    return ticket($document);
}

function version1(OpenSSLAsymmetricKey $private): string
{
    $now = (string) time();
    $text = "TLS.appid_at_3rd:0\nTLS.account_type:0\nTLS.identifier:" . USER . "\nTLS.sdk_appid:" . APP . "\nTLS.time:" . $now . "\nTLS.expire_after:86400\n";
    openssl_sign($text, $signature, $private, 'sha256');
    return ticket(['TLS.account_type' => '0', 'TLS.identifier' => USER, 'TLS.appid_at_3rd' => '0', 'TLS.sdk_appid' => (string) APP,
        'TLS.expire_after' => '86400', 'TLS.version' => '201512300000', 'TLS.time' => $now, 'TLS.sig' => base64_encode($signature)]);
}

function loginToken(): string
{
    $expired = time() + 1800;
    $nonce = bin2hex(random_bytes(8));
    $hash = md5('1739272706' . 'afd202a59d72f56fe09b585c76886826' . USER . $nonce . $expired);
    return base64_encode(json_encode(['ver' => 1, 'hash' => $hash, 'nonce' => $nonce, 'expired' => $expired]));
}

function token04(): string
{
    $created = time();
    $iv = random_bytes(16);
    $plain = json_encode(['app_id' => 1739272706, 'user_id' => USER, 'ctime' => $created, 'expire' => $created + 3600,
        'nonce' => random_int(-2147483648, 2147483647), 'payload' => '']);
    $sealed = openssl_encrypt($plain, 'aes-256-cbc', 'fa94dd0f974cf2e293728a526b028271', OPENSSL_RAW_DATA, $iv);
    return '04' . base64_encode(pack('Jn', $created + 3600, 16) . $iv . pack('n', strlen($sealed)) . $sealed);
}

function cssUrl(): string
{
    $time = strtoupper(dechex(time() + 86400));
    $hash = md5('b7c1f0a2d94e4c0e8a5d3f6172839405' . 'live_room_12345' . $time);
    return "rtmp://push.example.com/live/live_room_12345?txSecret=$hash&txTime=$time";
}

function voip(): string
{
    $values = ['wx1a2b3c4d5e6f7081', 'room_42', bin2hex(random_bytes(8)), (string) time()];
    sort($values, SORT_STRING);
    return hash_hmac('sha256', implode('', $values), 'ICjHriwWCa6GvXlLJWXd9w==');
}

$userbuf = pack('Cn', 0, strlen(USER)) . USER;
$makers = [
    'usersig_v2' => fn () => version2(null),
    'private_map_key_v2' => fn () => version2($userbuf),
    'usersig_v1_p256' => fn () => version1($private),
    'zego_login_token' => 'loginToken',
    'zego_token04' => 'token04',
    'css_url' => 'cssUrl',
    'voip_signature' => 'voip',
];
$times = $ops = $sizes = array_fill_keys(array_keys($makers), []);
// The first round warms caches and is thrown away.
for ($round = 0; $round <= (int) $rounds; $round++) {
    foreach ($makers as $name => $make) {
        $start = hrtime(true);
        $end = $start + (int) $milliseconds * 1000000;
        $made = 0;
        do {
            for ($k = 0; $k < 64; $k++) {
                $sizes[$name] = strlen($make());
            }
            $made += 64;
        } while (hrtime(true) < $end);
        if ($round > 0) {
            $times[$name][] = (hrtime(true) - $start) / $made;
            $ops[$name][] = $made;
        }
    }
}
foreach ($makers as $name => $make) {
    sort($times[$name]);
    printf("%s %d %d %d\n", $name, round($times[$name][intdiv(count($times[$name]), 2)]), array_sum($ops[$name]), $sizes[$name]);
}
