use super::*;
use proptest::prelude::*;
use std::io::{Read, Write};

fn by_flate2(stream: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    flate2::read::ZlibDecoder::new(stream).read_to_end(&mut out).unwrap();
    out
}

/// What a stranger may send.
fn from_flate2(data: &[u8]) -> Vec<u8> {
    let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    zlib.write_all(data).unwrap();
    zlib.finish().unwrap()
}

/// A few pieces many times over, and where each begins.
fn repetitive() -> impl Strategy<Value = (Vec<u8>, Vec<usize>)> {
    let piece = prop::collection::vec(any::<u8>(), 8..40);
    (prop::collection::vec(piece, 1..4), prop::collection::vec(0_usize..4, 0..300)).prop_map(|(pieces, order)| {
        let (mut data, mut marks) = (Vec::new(), Vec::new());
        for i in order {
            marks.push(data.len());
            data.extend_from_slice(&pieces[i % pieces.len()]);
        }
        (data, marks)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_bytes_with_any_marks_come_back_through_flate2(
        data in prop::collection::vec(prop_oneof![any::<u8>(), 97_u8..100], 0..4 * 1024),
        marks in prop::collection::vec(0_usize..5 * 1024, 0..200), sorted in any::<bool>(),
    ) {
        let mut marks = marks;
        if sorted {
            marks.sort_unstable();
        }
        prop_assert_eq!(by_flate2(&deflate(&data, &marks)), data);
    }

    #[test]
    fn marked_repetitions_come_back_and_shrink((data, marks) in repetitive()) {
        let stream = deflate(&data, &marks);
        prop_assert!(data.len() < 2_000 || stream.len() < data.len() / 2, "{} of {}", stream.len(), data.len());
        prop_assert_eq!(&by_flate2(&stream), &data);
        prop_assert_eq!(inflate_capped(&stream, 20 * 1024).unwrap(), data);
    }

    #[test]
    fn reading_random_bytes_never_panics(data in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = inflate_capped(&data, 1024);
    }

    #[test]
    fn the_checksum_is_that_of_the_definition(data in prop::collection::vec(any::<u8>(), 0..20 * 1024)) {
        let (low, high) = data.iter().fold((1_u32, 0_u32), |(low, high), byte| {
            let low = (low + u32::from(*byte)) % 65_521;
            (low, (high + low) % 65_521)
        });
        prop_assert_eq!(adler32(&data), high << 16 | low);
    }
}

#[test]
fn the_checksum_does_not_overflow_on_the_largest_bytes() {
    let most = vec![0xff; 50_000];
    assert_eq!(by_flate2(&deflate(&most, &[])), most);
}

#[test]
fn every_match_length_and_every_kind_of_distance_comes_back() {
    for length in 3..=600 {
        let data = vec![7_u8; length];
        let marks: Vec<usize> = (0..length).collect();
        let stream = deflate(&data, &marks);
        assert_eq!(by_flate2(&stream), data);
        assert!(length < 20 || stream.len() < 24, "{length}");
    }
    // Two copies with noise between them, so that the distance grows past the window.
    let mut noise = (0_u32..).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8);
    for gap in [0, 1, 3, 100, 1_000, 10_000, 32_740, 32_750, 32_760, 33_000] {
        let mut data = b"kaibo kaibo goes live".to_vec();
        data.extend(noise.by_ref().take(gap));
        data.extend_from_slice(b"kaibo kaibo goes live");
        let stream = deflate(&data, &[0, 6, gap + 21]);
        assert_eq!(by_flate2(&stream), data, "gap {gap}");
    }
    for distance in 1..=WINDOW {
        let (bits, count) = distance_code(distance);
        assert!(count <= 18 && bits < 1 << count);
    }
}

#[test]
fn a_repetition_grows_to_both_sides_of_its_mark() {
    let text = b"(one:1),(two:1),";
    let marked = deflate(text, &[4, 12]);
    assert_eq!(by_flate2(&marked), text);
    assert!(marked.len() < deflate(text, &[]).len());
    // Nothing is taken back that is written already.
    assert_eq!(by_flate2(&deflate(b"aaaaaaaaaaaa", &[0, 1, 2, 5, 6])), b"aaaaaaaaaaaa");
}

#[test]
fn a_zip_bomb_is_refused_at_the_cap() {
    let bomb = from_flate2(&vec![0; 10 << 20]);
    assert_eq!(inflate_capped(&bomb, 16 * 1024), Err(InflateError::TooLarge));
    let full = from_flate2(&vec![b'a'; 16 * 1024]);
    assert_eq!(inflate_capped(&full, 16 * 1024).map(|out| out.len()), Ok(16 * 1024));
    assert_eq!(inflate_capped(&full, 16 * 1024 - 1), Err(InflateError::TooLarge));
}

#[test]
fn a_cut_stream_and_a_damaged_one_are_told_apart() {
    let stream = deflate(b"TLS.identifier:xiaoming", &[]);
    for end in 2..stream.len() {
        assert_eq!(inflate_capped(&stream[..end], 1024), Err(InflateError::CutOff), "cut at {end}");
    }
    let mut checksum = stream.clone();
    *checksum.last_mut().unwrap() ^= 1;
    assert_eq!(inflate_capped(&checksum, 1024), Err(InflateError::Damaged));
    assert_eq!(inflate_capped(b"not zlib", 1024), Err(InflateError::Damaged));
    assert_eq!(InflateError::Damaged.code(), "zlib_damaged");
}
