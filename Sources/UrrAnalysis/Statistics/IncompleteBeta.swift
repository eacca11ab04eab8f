import Glibc

/// The regularised incomplete beta function `I_x(a, b)`: the probability that a beta-distributed
/// value is at most `x`. For `a`, `b` > 0; 0 below and 1 above the unit interval.
///
/// The continued fraction 8.17.22 of the Digital Library of Mathematical Functions, evaluated from
/// the front (Lentz), on the side of the mean where it converges fast.
func incompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
    if x <= 0 { return 0 }
    if x >= 1 { return 1 }
    if x > (a + 1) / (a + b + 2) { return 1 - incompleteBeta(1 - x, b, a) }
    let front = exp(
        a * log(x) + b * log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b))
    let tiny = 1e-300
    var numerator = 1.0
    var inverse = 1 - (a + b) * x / (a + 1)
    inverse = 1 / (abs(inverse) < tiny ? tiny : inverse)
    var fraction = inverse
    for step in 1...500 {
        let m = Double(step)
        let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        var change = 1.0
        for coefficient in [even, odd] {
            inverse = 1 + coefficient * inverse
            inverse = 1 / (abs(inverse) < tiny ? tiny : inverse)
            numerator = 1 + coefficient / numerator
            if abs(numerator) < tiny { numerator = tiny }
            change = inverse * numerator
            fraction *= change
        }
        if abs(change - 1) < 1e-15 { break }
    }
    return front * fraction / a
}

/// Logarithm of the gamma function of a positive number.
private func logGamma(_ x: Double) -> Double {
    var sign: Int32 = 0
    return lgamma_r(x, &sign)
}
