//! `convert INCHES` prints metres.

use units::Length;

fn main() {
    match std::env::args().nth(1).as_deref().and_then(metres) {
        Some(text) => println!("{text}"),
        None => eprintln!("usage: convert INCHES"),
    }
}

fn metres(inches: &str) -> Option<String> {
    let inches: f64 = inches.parse().ok()?;
    Some(format!("{:.3}", Length::inches(inches).in_metres()))
}

#[test]
fn words_are_no_inches() {
    assert_eq!(metres("ten"), None);
    assert_eq!(metres("10").as_deref(), Some("0.254"));
}
