//! Pure: what a request is for, and who is not let in.

use super::*;

fn ask(path: &str, headers: &[(&str, &str)], token: Option<&str>) -> Result<Door, u16> {
    let request = headers.iter().fold(Request::builder().uri(path), |r, (name, value)| r.header(*name, *value));
    let token = token.map(|token| Token::new(token).unwrap());
    door(&request.body(()).unwrap(), token.as_ref()).map_err(|(status, _)| status.as_u16())
}

#[test]
fn paths_lead_to_calls_and_events() {
    assert_eq!(ask("/call/a.b-C_9~?x=1", &[], None), Ok(Door::Call("a.b-C_9~".into())));
    assert_eq!(ask("/events", &[], None), Ok(Door::Events));
    assert_eq!(ask("/", &[], None), Err(404));
    assert_eq!(ask("/call", &[], None), Err(404));
    for bad in ["/call/", "/call/a/b", "/call/a%20b", &format!("/call/{}", "x".repeat(65))] {
        assert_eq!(ask(bad, &[], None), Err(400), "{bad}");
    }
}

#[test]
fn browsers_and_who_has_no_token_stay_outside() {
    let secret = "correct-horse-battery";
    assert_eq!(ask("/call/a", &[("origin", "http://example.com")], None), Err(403));
    assert_eq!(ask("/call/a", &[], Some(secret)), Err(401));
    assert_eq!(ask("/nowhere", &[], Some(secret)), Err(401), "a stranger learns nothing of what there is");
    let header = [("authorization", "Bearer correct-horse-battery"), ("origin", "http://example.com")];
    assert!(ask("/call/a", &header, Some(secret)).is_ok());
    assert!(ask("/events?token=correct-horse-battery", &[], Some(secret)).is_ok());
}
