use super::super::vectors::{of_kind, text};
use super::*;

fn streams(count: usize) -> Vec<String> {
    (0..count).map(|i| format!("s{i}")).collect()
}

const TASK: MixTask<'_> = MixTask { task_id: "mix-r1", user_id: "mix-r1", sequence: 7, room_id: "r1" };

#[test]
fn the_seeds_layout_is_the_vendors() {
    for vector in of_kind("zego_mix_layout") {
        let (input, expected) = (&vector["input"], &vector["expected"]);
        let own = text(input, "publish_stream_id").to_owned();
        let played = input["play_stream_ids"].as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned());
        let all: Vec<String> = input["is_publishing"].as_bool().unwrap().then(|| own.clone()).into_iter().chain(played).collect();
        let side = |name: &str| input[name].as_u64().unwrap() as u32;
        let made = Mix::plan(side("width"), side("height"), Layout::Seed, &all, Some(&format!("mix-{own}")));
        match all.len() {
            0 => assert_eq!(made, Err(MixError::NoStreams)),
            4 => assert_eq!(made, Err(MixError::LayoutFull { asked: 4 })),
            _ => assert_eq!(&made.unwrap().update_mix_stream(), expected, "{}", vector["id"]),
        }
    }
}

#[test]
fn the_output_is_named_after_the_first_stream() {
    let mix = Mix::plan(360, 640, Layout::Seed, &streams(2), None).unwrap();
    assert_eq!(mix.output_stream_id(), "mix-s0");
    assert_eq!(mix.stop_mix_stream(), json!({"outputStreamId": "mix-s0"}));
}

#[test]
fn the_server_bodies_are_spelled_as_the_vendor_does_and_have_even_sizes() {
    let mix = Mix::plan(375, 667, Layout::Seed, &streams(2), None).unwrap();
    let wanted = json!({
        "TaskId": "mix-r1", "UserId": "mix-r1", "Sequence": 7, "RoomId": "r1",
        "MixInput": [
            {"StreamId": "s0", "RectInfo": {"Layer": 0, "Top": 0, "Left": 0, "Bottom": 666, "Right": 374}},
            {"StreamId": "s1", "RectInfo": {"Layer": 1, "Top": 444, "Left": 249, "Bottom": 666, "Right": 374}},
        ],
        "MixOutput": [{"StreamId": "mix-s0", "VideoBitrate": 800_000, "Fps": 15, "Width": 374, "Height": 666}],
        "BackGroundColorHex": "0xc8c8c800",
    });
    assert_eq!(mix.start_mix(&TASK), wanted);
    assert_eq!(mix.stop_mix(&TASK), json!({"TaskId": "mix-r1", "UserId": "mix-r1", "Sequence": 7}));
}

#[test]
fn impossible_mixes_are_refused_with_their_own_word() {
    let code = |width, layout, streams: &[String], output| Mix::plan(width, 640, layout, streams, output).unwrap_err().code();
    assert_eq!(code(360, Layout::Grid, &streams(10), None), "too_many_streams");
    assert_eq!(code(360, Layout::Focus, &streams(10), None), "too_many_streams");
    assert_eq!(code(3001, Layout::Grid, &streams(1), None), "size_out_of_range");
    assert_eq!(code(0, Layout::Grid, &streams(1), None), "size_out_of_range");
    assert_eq!(code(360, Layout::Grid, &[streams(1), streams(1)].concat(), None), "stream_repeated");
    assert_eq!(code(360, Layout::Grid, &streams(2), Some("s1")), "output_is_input");
    assert_eq!(code(360, Layout::Grid, &["a%b".into()], None), "stream_id_invalid");
    assert_eq!(code(360, Layout::Grid, &streams(1), Some("")), "stream_id_invalid");
    assert_eq!(Layout::from_word("spiral").unwrap_err().code(), "layout_unknown");
}

#[test]
fn grid_and_focus_fill_the_canvas_without_overlap_or_empty_fields() {
    for layout in [Layout::Grid, Layout::Focus] {
        for (width, height) in [(16, 16), (360, 640), (1280, 720), (3000, 16), (375, 667), (2999, 2999)] {
            for count in 1..=9 {
                let (even_width, even_height) = (width & !1, height & !1);
                let places = layout.places(count, even_width, even_height);
                assert_eq!(places.len(), count as usize);
                for (i, a) in places.iter().enumerate() {
                    assert!(a.top < a.bottom && a.left < a.right && a.bottom <= even_height && a.right <= even_width, "{a:?}");
                    let apart = |b: &Rect| a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
                    assert!(places.iter().skip(i + 1).all(apart), "{layout:?} {count} on {width} x {height}");
                }
                let covered: u32 = places.iter().map(|r| (r.bottom - r.top) * (r.right - r.left)).sum();
                let full = layout == Layout::Focus || [1, 2, 4, 6, 9].contains(&count);
                assert!(covered == even_width * even_height || !full, "{layout:?} {count} leaves holes");
            }
        }
    }
}

#[test]
fn odd_sizes_become_even_outside_the_seeds_layout() {
    let object = Mix::plan(375, 667, Layout::Focus, &streams(3), None).unwrap().update_mix_stream();
    assert_eq!((&object["outputWidth"], &object["outputHeight"]), (&json!(374), &json!(666)));
    assert_eq!(object["streamList"][1], json!({"streamId": "s1", "top": 498, "left": 0, "bottom": 666, "right": 186}));
}
