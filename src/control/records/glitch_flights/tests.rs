//! Control: names in the order of time, and a folder that keeps what is not ours.

use super::*;

#[test]
fn the_oldest_go_and_what_has_another_name_stays() {
    let folder = std::env::temp_dir().join(format!("mc-glitch-flights-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir(&folder).unwrap();
    let config = Config::into_folder(&folder).files(3);
    let others =
        ["glitch-of-mine.flight", "glitch-1-2-lost.flight", "notes.txt", "glitch-00000000000001-1-lost.flight.bak"];
    others.iter().for_each(|name| std::fs::write(folder.join(name), "x").unwrap());
    std::fs::create_dir(folder.join("glitch-00000000000001-1-lost.flight")).unwrap();
    for second in 0..12 {
        make_room(&config).unwrap();
        let path =
            path_of(&config, 999_997_000 + second * 1_000, SessionId::new(9 + second as u32, 1), GlitchCause::Lost);
        std::fs::write(path, "x").unwrap();
    }
    let mut names: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    let kept: Vec<_> = names.iter().filter_map(|name| name.to_str().filter(|name| is_ours(name))).collect();
    let newest = [1_000_006_000_u64, 1_000_007_000, 1_000_008_000];
    let newest: Vec<_> =
        newest.iter().enumerate().map(|(n, ms)| format!("glitch-{ms:014}-{}-lost.flight", 18 + n)).collect();
    assert_eq!(kept[1..], newest, "and the folder of that name");
    assert_eq!(names.len(), 4 + 1 + 3);
    std::fs::remove_dir_all(&folder).unwrap();
    assert!(make_room(&config).is_err());
}

#[test]
fn one_at_a_time_and_not_too_often() {
    let mut flights = GlitchFlights::default();
    let at = |ms: u64| MediaTime::ZERO + Duration::from_millis(ms);
    let begun: Vec<_> = (0..40).filter(|n| flights.may_begin(Duration::from_secs(1), at(100 * n))).collect();
    assert_eq!(begun, [0, 10, 20, 30]);
}
