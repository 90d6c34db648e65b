"""Tests whether bars are judged by the figures. Run by .ci/site, and by: python3 -m unittest discover -s benchmarks/picture"""

import json
import tempfile
import unittest
from pathlib import Path

import bars
from results import Run, Spread, newest

PLAIN = [("apikit", []), ("apikit +aot", ["-XX:AOTCache=a.aot"]), ("by-hand-apache", []), ("vertx", [])]


def row(candidate, figure, samples, pairs=(), over="by-hand-apache", **size):
    entry = {"candidate": candidate, "figure": figure, "unit": "", **spread(samples), "samples": list(samples), **size}
    if pairs:
        entry |= {"over": over, "ratio": {**spread(pairs), "pairs": list(pairs)}}
    return entry


def spread(samples):
    found = Spread.of(samples)
    return {"median": found.median, "least": found.least, "most": found.most}


def run(scenario, *rows, candidates=PLAIN):
    return Run({"scenario": scenario, "candidates": [{"label": label, "flags": flags} for label, flags in candidates],
                "rows": rows})


def judged(name, *runs):
    found = [one for one in bars.judge({one.scenario: one for one in runs}) if one.bar.name == name]
    return found[0]


WARM = "CPU per wrapped request, warm, over by hand"


class BarsTest(unittest.TestCase):
    def test_median_of_pairs_decides(self):
        for pairs, verdict in (([0.70, 0.75, 0.95], "met, and the aim"), ([0.80, 0.90, 0.95], "met"),
                               ([0.80, 0.901, 0.95], "not met")):
            one = judged(WARM, run("wrapped", row("apikit", "CPU", [90, 91, 92], pairs)))
            self.assertEqual(verdict, one.verdict, pairs)

    def test_pairs_on_the_other_side_are_said(self):
        one = judged(WARM, run("wrapped", row("apikit", "CPU", [90], [0.80, 0.85, 0.95])))
        self.assertEqual(("met", "some pairs do not"), (one.verdict, one.remark))
        one = judged(WARM, run("wrapped", row("apikit", "CPU", [90], [0.85, 0.95, 0.96])))
        self.assertEqual(("not met", "some pairs meet it"), (one.verdict, one.remark))
        one = judged(WARM, run("wrapped", row("apikit", "CPU", [90], [0.80, 0.81])))
        self.assertEqual("", one.remark)

    def test_what_was_not_measured_has_no_verdict(self):
        self.assertEqual({"no figures"}, {one.verdict for one in bars.judge({})})
        self.assertEqual("no figures", judged(WARM, run("wrapped")).verdict)
        self.assertEqual("no figures", judged(WARM, run("wrapped", row("vertx", "CPU", [50], [0.5]))).verdict)

    def test_candidates_of_no_pair_are_compared_by_the_third(self):
        one = judged("the same over Vert.x", run(
            "wrapped", row("apikit", "CPU", [90], [0.8, 0.9, 1.0]), row("vertx", "CPU", [50], [0.4, 0.5, 0.6])))
        self.assertAlmostEqual(1.8, one.measured.median)
        self.assertAlmostEqual(0.8 / 0.6, one.measured.least)
        self.assertAlmostEqual(1.0 / 0.4, one.measured.most)

    def test_direct_pairs_are_preferred(self):
        one = judged("the same over Vert.x", run(
            "wrapped", row("apikit", "CPU", [90], [0.9]), row("apikit", "CPU", [90], [1.7], over="vertx"),
            row("vertx", "CPU", [50], [0.4])))
        self.assertEqual(1.7, one.measured.median)

    def test_cache_is_told_by_the_flags(self):
        cold = run("cold", row("apikit", "cpu to the 10,000th answer", [15], [0.8]),
                   row("apikit +aot", "cpu to the 10,000th answer", [8], [0.45]),
                   row("by-hand-apache", "cpu to the 10,000th answer", [18]))
        self.assertEqual(0.45, judged("CPU to the 10,000th answer, AOT cache, over by hand without", cold).measured.median)
        self.assertEqual(0.8, judged("the same without a cache, over by hand without", cold).measured.median)
        self.assertEqual("no figures", judged("beside it: over by hand with a cache", cold).verdict)

    def test_first_answer_is_not_the_hundredth(self):
        cold = run("cold", row("apikit", "cpu to the 100th answer", [3], [0.7]), row("apikit", "cpu to the 10,000th answer", [15], [0.8]))
        self.assertEqual("no figures", judged("time to the first answer, AOT cache, over plain Javalin without", cold).verdict)

    def test_growth_is_over_the_growth_by_hand(self):
        grown = run("growth",
                    row("apikit", "CPU", [100, 100], of="callers", size=1),
                    row("apikit", "growth of CPU", [1.0], [0.9], of="callers", size=100),
                    row("apikit", "growth of CPU", [1.2, 1.2], [1.0, 1.1], of="callers", size=10_000),
                    row("by-hand-apache", "growth of CPU", [1.2, 1.1], of="callers", size=10_000),
                    row("apikit", "CPU", [100], of="routes", size=1),
                    row("apikit", "growth of CPU", [1.11], [0.9], of="routes", size=512))
        one = judged("growth from 1 to 10,000 sessions, over by hand's own", grown)
        self.assertEqual(("met, and the aim", "1 to 10,000: apikit 1.20, by hand 1.15"), (one.verdict, one.how))
        self.assertEqual("not met", judged("growth from 1 to 512 routes", grown).verdict)

    def test_second_login_or_lost_caller_fails_the_renewal(self):
        for logins, served, verdict in (([1, 1], 8_000, "met"), ([1, 2], 8_000, "not met"), ([1, 1], 7_999, "not met")):
            expired = run("expired", row("apikit", "until the last", [2.4, 3.4]), row("apikit", "logins", logins),
                          row("apikit", "asked", [8_000, 8_000]), row("apikit", "served", [8_000, served]))
            self.assertEqual(verdict, judged("one renewal with 8,000 waiting: 1 login, all done within", expired).verdict)

    def test_bytes_are_decimal(self):
        for amount, verdict in ((15_000, "met, and the aim"), (20_000, "met"), (20_001, "not met")):
            allocated = run("wrapped", row("apikit", "allocated", [amount]))
            self.assertEqual(verdict, judged("bytes allocated per wrapped request", allocated).verdict)

    def test_newest_run_of_a_scenario_counts(self):
        with tempfile.TemporaryDirectory() as folder:
            for millis, amount in ((999, "old"), (1000, "new")):
                Path(folder, f"results-in-flight-{millis}.json").write_text(json.dumps({"scenario": "in-flight", "amount": amount}))
            self.assertEqual("new", newest(folder)["in-flight"].amount)


if __name__ == "__main__":
    unittest.main()
