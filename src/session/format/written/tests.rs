use super::*;

#[test]
fn what_is_written_is_read() {
    for format in AudioFormat::supported() {
        let text = serde_json::to_string(&format).unwrap();
        assert_eq!(serde_json::from_str::<AudioFormat>(&text).unwrap(), format, "{text}");
    }
    assert!(serde_json::from_str::<AudioFormat>(r#"{"payload_type":0,"rtpmap":"nobody/1","rate":8000}"#).is_err());
}
