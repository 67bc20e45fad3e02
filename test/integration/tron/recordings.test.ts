import { assert } from "chai";
import { differences } from "../../support/tron-differences.ts";
import { EXPECTED_DIFFERENCES } from "../../support/tron-expected-differences.ts";
import { type RecordedCall, readScenario, recordedAnswer } from "../../support/tron-recordings.ts";
import { Replay, type Replayed } from "../../support/tron-replay.ts";

/** Scenarios that were recorded one after the other on one chain. */
const ONE_CHAIN =
  "01 02 03 04 05 06 07 08 10 11 12 13 14 15 16 17 18 20 21 25 22 23 24 28 30 31 32 34 35 36".split(" ");

/** Calls that cannot be played. */
const LEFT_OUT = new Map([
  ["14#29", "its request of two megabytes was not recorded whole; the same is built in limits.test.ts"],
  ["36#0", "the recorded node lost the block that it shows when it was stopped"],
]);

const nameOf = ({ scenario, index }: RecordedCall): string => `${scenario.slice(0, 2)}#${index}`;

/** What differs from the recording and is not expected to; and what is expected to and does not. */
function surprises({ call, status, answerType, answer }: Replayed): string[] {
  const expected = EXPECTED_DIFFERENCES.find((difference) => difference.call === nameOf(call));
  const found = differences(recordedAnswer(call), answer);
  const fields = found.map((text) => text.slice(0, text.indexOf(": ")));
  const unexpected = found.filter((_, index) => !expected?.fields.includes(fields[index] ?? ""));
  const vanished = (expected?.fields ?? []).filter((field) => !fields.includes(field));
  const isSameType = (call.answerType ?? "application/json;charset=utf-8") === answerType;
  return [
    ...unexpected,
    ...vanished.map((field) => `${field} is as recorded, although it was expected to differ`),
    ...(status === call.status ? [] : [`status ${call.status} → ${status}`]),
    ...(isSameType || call.answer === "" ? [] : [`content type ${call.answerType} → ${answerType}`]),
  ].map((text) => `${nameOf(call)} ${call.path} ${call.note ?? ""}\n      ${text}`);
}

async function playScenario(replay: Replay, calls: readonly RecordedCall[]): Promise<void> {
  const found: string[] = [];
  for (const call of calls) found.push(...surprises(await replay.play(call)));
  assert.deepEqual(found, []);
}

describe("the local TRON node answers as java-tron answered", function () {
  this.timeout(120_000);

  describe("on one chain", () => {
    const scenarios = new Map<string, readonly RecordedCall[]>();
    let replay: Replay;

    before(async () => {
      for (const number of ONE_CHAIN) {
        const calls = await readScenario(number);
        scenarios.set(
          number,
          calls.filter((call) => !LEFT_OUT.has(nameOf(call))),
        );
      }
      replay = await Replay.start([...scenarios.values()].flat());
    });
    after(() => replay[Symbol.asyncDispose]());

    for (const number of ONE_CHAIN.filter((scenario) => scenario !== "36"))
      it(`in scenario ${number}`, () => playScenario(replay, scenarios.get(number) ?? []));

    it("in scenario 36, where it is started again twice", async () => {
      const calls = scenarios.get("36") ?? [];
      const second = calls.findIndex(({ note }) => note?.startsWith("restarted with --witness"));
      await replay.restart(343);
      await playScenario(replay, calls.slice(0, second));
      await replay.restart(343);
      await playScenario(replay, calls.slice(second));
    });
  });

  it("in scenario 40, with 27 witnesses", async () => {
    const calls = await readScenario("40");
    await using replay = await Replay.start(calls, { witnesses: 27 });
    await playScenario(replay, calls);
  });

  it("in scenario 41, where a contract gets dearer", async () => {
    const calls = await readScenario("41");
    const parameters = { maintenanceIntervalMs: 60_000, dynamicEnergyThreshold: 100_000 };
    await using replay = await Replay.start(calls, { parameters });
    await playScenario(replay, calls);
  });

  it("and every difference that is expected belongs to a call that was played", async () => {
    const played = new Set<string>();
    for (const number of ONE_CHAIN) for (const call of await readScenario(number)) played.add(nameOf(call));
    const unknown = EXPECTED_DIFFERENCES.filter(({ call }) => !played.has(call) || LEFT_OUT.has(call));
    assert.deepEqual(unknown, []);
  });
});
