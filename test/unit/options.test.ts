import { assert } from "chai";
import { SettingsError } from "../../offchain/config/errors.ts";
import { parseTime } from "../../tasks/options.ts";

describe("a time on the command line", () => {
  const parse = (value: string, round = Math.floor) => parseTime("--started-at", value, round);

  it("is Unix seconds, or an ISO 8601 date and time with its zone", () => {
    for (const [value, seconds] of [
      ["0", 0],
      ["1767225600", 1_767_225_600],
      ["2026-01-01T00:00:00Z", 1_767_225_600],
      ["2026-01-01T01:00:00+01:00", 1_767_225_600],
      ["2025-12-31T19:30:00-04:30", 1_767_225_600],
    ] as const) {
      assert.equal(parse(value), seconds, value);
    }
    assert.equal(parse("2026-01-01T00:00:00.5Z"), 1_767_225_600);
    assert.equal(parse("2026-01-01T00:00:00.5Z", Math.ceil), 1_767_225_601);
  });

  it("means the same everywhere, so one without a zone is refused, as is one that never was", () => {
    for (const value of [
      ...["2026-01-01T00:00:00", "2026-01-01", "2026-02-30T00:00:00Z", "2026-01-01T25:00:00Z"],
      ...["yesterday", "-1", "1.5", "1e9", "", "9007199254740993"],
    ]) {
      assert.throws(() => parse(value), SettingsError, /--started-at/, value);
    }
  });
});
