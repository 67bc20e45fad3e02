"""A verbose test-suite of small arithmetic facts; two of its tests are wrong on purpose."""
import unittest
from fractions import Fraction


def is_prime(n):
    return n > 1 and all(n % d for d in range(2, n))      # slow, on purpose


def roman(n):
    out = ""
    for value, mark in ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"),
                        (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")):
        while n >= value:
            out, n = out + mark, n - value
    return out


def unroman(s):
    v = [dict(I=1, V=5, X=10, L=50, C=100, D=500, M=1000)[c] for c in s]
    return sum(-a if a < b else a for a, b in zip(v, v[1:] + [0]))


def collatz(n):
    steps = 0
    while n != 1:
        n, steps = (3 * n + 1 if n % 2 else n // 2), steps + 1
    return steps


def harmonic(n):
    return sum((Fraction(1, k) for k in range(1, n + 1)), Fraction(0))


class Roman(unittest.TestCase):
    pass


class Primes(unittest.TestCase):
    @unittest.skip("takes an hour")
    def test_largest_below_a_billion(self):
        self.assertTrue(is_prime(999999937))


class Series(unittest.TestCase):
    def test_harmonic_3_is_two(self):
        self.assertEqual(harmonic(3), 2)

    def test_division_by_nothing(self):
        self.assertEqual(Fraction(1, len("")), 0)

    @unittest.expectedFailure
    def test_floats_add_up(self):
        self.assertEqual(0.1 + 0.2, 0.3)


def add(cls, name, doc, check):
    check.__doc__ = doc
    setattr(cls, "test_" + name, check)


for n in range(1, 1501, 3):
    add(Roman, f"round_trip_{n:04d}", f"{n} is written {roman(n)}",
        lambda self, n=n: self.assertEqual(unroman(roman(n)), n))
for n in range(2, 600):
    add(Primes, f"near_{n:03d}", f"primes up to {6*n+1} have a neighbour divisible by six",
        lambda self, n=n: self.assertTrue(all(q % 6 in (1, 5) for q in range(max(5, 6 * n - 200), 6 * n + 2) if is_prime(q))))
for n in range(10, 500, 2):
    add(Series, f"collatz_{n:03d}", f"the walk from {n} ends after {collatz(n)} steps",
        lambda self, n=n: self.assertLess(collatz(n), 400))
    add(Series, f"harmonic_{n:03d}", f"the first {n} terms stay below the logarithm's bound",
        lambda self, n=n: self.assertLess(harmonic(n), n.bit_length() + 1))

if __name__ == "__main__":
    unittest.main()
