use units::Length;

#[test]
fn a_mile_is_63360_inches() {
    let mile = Length::inches(63_360.0).in_metres();
    assert!((mile - 1609.344).abs() < 1e-9, "{mile}");
}
