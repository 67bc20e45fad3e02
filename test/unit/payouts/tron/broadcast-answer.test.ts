import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { transactionInfoSchema } from "../../../../offchain/payouts/tron/answers.ts";
import {
  noAnswer,
  readBroadcastAnswer,
  strongestAnswer,
} from "../../../../offchain/payouts/tron/broadcast-answer.ts";

interface Vectors {
  readonly broadcasts: readonly {
    readonly recording?: string;
    readonly case: string;
    readonly answer: { readonly code?: string };
    readonly meaning: string;
  }[];
  readonly infos: readonly {
    readonly recording: string;
    readonly result?: string;
    readonly answer: object;
  }[];
}

const vectors: Vectors = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../../vectors/tron-answers.json"), "utf8"),
);

describe("what a node's answer to a broadcast means", () => {
  for (const { recording, case: name, answer, meaning } of vectors.broadcasts) {
    it(`${recording ?? "java-tron's source"}, ${name}: ${answer.code ?? "no code"} means ${meaning}`, () => {
      expect(readBroadcastAnswer(answer).meaning).to.equal(meaning);
    });
  }

  it("an unknown code, a page of HTML and no answer at all mean perhaps", () => {
    for (const answer of [{ code: "NEW_CODE" }, "<html>405</html>", undefined, null, 7, []]) {
      expect(readBroadcastAnswer(answer).meaning, JSON.stringify(answer)).to.equal("perhaps");
    }
    expect(noAnswer("socket hang up")).to.deep.equal({
      meaning: "perhaps",
      code: "NO_ANSWER",
      message: "socket hang up",
    });
  });

  it("decodes messages, which are hex or plain", () => {
    expect(readBroadcastAnswer({ code: "X", message: "4475702e" }).message).to.equal("Dup.");
    expect(readBroadcastAnswer({ result: false, code: "X", message: "Dup transaction." }).message).to.equal(
      "Dup transaction.",
    );
  });

  it("of several nodes' answers one that accepted counts, then one that may have", () => {
    const answerOf = (code: string) => readBroadcastAnswer({ code });
    const accepted = readBroadcastAnswer({ result: true });
    const [refused, busy, band] = [answerOf("SIGERROR"), answerOf("SERVER_BUSY"), answerOf("BANDWITH_ERROR")];
    expect(strongestAnswer([refused, accepted, busy])).to.equal(accepted);
    expect(strongestAnswer([refused, busy, band])).to.equal(busy);
    expect(strongestAnswer([refused, band])).to.equal(band);
    expect(strongestAnswer([refused])).to.equal(refused);
  });
});

describe("recorded outcomes of transactions", () => {
  for (const { recording, result, answer } of vectors.infos) {
    it(`${recording}: ${result ?? "not in a block"}`, () => {
      const info = transactionInfoSchema.parse(answer);
      expect(info?.result).to.equal(result);
      if (info === undefined) return;
      expect(info.blockNumber).to.be.above(0);
      for (const { address, topics } of info.logs) {
        expect(address).to.match(/^0x[0-9a-f]{40}$/);
        for (const topic of topics) expect(topic).to.match(/^0x[0-9a-f]{64}$/);
      }
    });
  }
});
