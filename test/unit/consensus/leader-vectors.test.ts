import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { type DecisionReason, decideLeader } from "../../../offchain/consensus/rules/decide-leader.ts";
import { explainRank } from "../../../offchain/consensus/rules/explain-rank.ts";
import type { LeaderInput } from "../../../offchain/consensus/rules/leader-input.ts";
import { type DecisionWindow, decisionDocument } from "../../../offchain/consensus/rules/transcript.ts";
import type { LeaderCase } from "../../../scripts/vectors/leader-cases-by-hand.ts";
import { standingsOf } from "../../support/standings.ts";

interface Vector extends Omit<LeaderCase, "expected"> {
  readonly window: DecisionWindow;
  readonly expected: LeaderCase["expected"] & {
    readonly transcript: string;
    readonly transcriptHash: string;
  };
}

const { version, cases } = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../vectors/leaders.json"), "utf8"),
) as { version: number; cases: readonly Vector[] };

function inputOf({ slot, seed, entities, recentWinners }: Vector): LeaderInput {
  return {
    slot,
    seed: seed ?? undefined,
    standings: standingsOf(entities),
    recentWinners,
    lastWon: new Map(entities.flatMap(({ entityId, lastWon }) => (lastWon ? [[entityId, lastWon]] : []))),
    outputs: new Map(entities.flatMap(({ entityId, output }) => (output ? [[entityId, output]] : []))),
    beacons: entities.filter(({ beacon }) => beacon).map(({ entityId }) => entityId),
  };
}

function textOf(reason: DecisionReason): string {
  switch (reason.kind) {
    case "primary":
      return "primary";
    case "emergency":
      return `emergency ${reason.step}`;
    case "missed":
      return `missed: ${reason.why}`;
  }
}

describe("the golden vectors of leaders", () => {
  it("are those that these tests know, of all kinds", () => {
    expect(version).to.equal(1);
    expect(cases.length).to.be.at.least(40);
    expect(cases.filter(({ why }) => why !== undefined).length).to.be.at.least(8);
    const kinds = new Set(cases.map(({ expected }) => expected.reason));
    expect([...kinds].sort()).to.deep.equal([
      "emergency 1",
      "emergency 2",
      "emergency 3",
      "missed: nobody-admitted",
      "missed: nobody-present",
      "missed: seed-unknown",
      "primary",
    ]);
  });

  for (const vector of cases) {
    it(`${vector.name}: ${vector.expected.reason}`, () => {
      const { window, expected } = vector;
      const decision = decideLeader(inputOf(vector));
      expect(textOf(decision.reason)).to.equal(expected.reason);
      expect(decision.candidates.map(({ entityId }) => entityId)).to.deep.equal(expected.candidates);

      const [primary, ...fallbacks] = expected.candidates;
      const { seed } = vector;
      expect(decisionDocument(decision, window)).to.deep.equal({
        _id: vector.slot,
        slot: vector.slot,
        ...(primary !== undefined && { primary }),
        fallbacks,
        ...(seed !== null && { seed }),
        transcript: expected.transcript,
        transcriptHash: expected.transcriptHash,
      });
    });
  }

  it("explain the place of every entity", () => {
    for (const vector of cases) {
      const decision = decideLeader(inputOf(vector));
      const ranks = vector.entities.map(({ entityId }) => {
        const explained = explainRank(inputOf(vector), entityId);
        const candidate = vector.expected.candidates.indexOf(entityId);
        expect(explained.candidate, vector.name).to.equal(candidate === -1 ? undefined : candidate);
        const isRanked = explained.exclusions.length === 0 && vector.seed !== null;
        expect(explained.rank !== undefined, vector.name).to.equal(isRanked);
        if (decision.reason.kind === "primary" && candidate !== -1) {
          expect(explained.rank, vector.name).to.equal(candidate + 1);
        }
        return explained.rank;
      });
      const given = ranks.filter((rank) => rank !== undefined).sort((a, b) => a - b);
      const all = Array.from(
        { length: vector.seed === null ? 0 : decision.eligibleCount },
        (_, at) => at + 1,
      );
      expect(given, vector.name).to.deep.equal(all);
    }
  });
});
