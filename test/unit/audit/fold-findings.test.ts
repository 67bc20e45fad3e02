import { expect } from "chai";
import type { AuditCode } from "../../../offchain/audit/codes.ts";
import type { AuditFinding, AuditPlace } from "../../../offchain/audit/finding.ts";
import { foldFindings } from "../../../offchain/audit/fold-findings.ts";

const at = (code: AuditCode, place: AuditPlace): AuditFinding => ({ code, place });
const shapeOf = (findings: readonly AuditFinding[]) =>
  foldFindings(findings).map(({ code, consequences = [] }) => [code, consequences.map((one) => one.code)]);

describe("findings under their causes", () => {
  it("keep apart what has nothing to do with each other", () => {
    const findings = [
      at("BLOCK_LATE", { slot: 5 }),
      at("RESULT_MISSING", { slot: 6 }),
      at("CHUNK_MISSING", { sessionId: "a" }),
    ];
    expect(shapeOf(findings)).to.deep.equal([
      ["BLOCK_LATE", []],
      ["RESULT_MISSING", []],
      ["CHUNK_MISSING", []],
    ]);
  });

  it("put a decision under the tally two slots before, and not under an older one", () => {
    const decision = at("DECISION_LEADER_WRONG", { slot: 9 });
    expect(shapeOf([at("TALLY_UNSUPPORTED", { slot: 7 }), decision])).to.deep.equal([
      ["TALLY_UNSUPPORTED", ["DECISION_LEADER_WRONG"]],
    ]);
    expect(shapeOf([at("TALLY_UNSUPPORTED", { slot: 6 }), decision])).to.have.length(2);
  });

  it("put another window under any tally of it, and no longer", () => {
    const window = at("DECISION_INPUT_DIFFERS", { slot: 10_000, field: "window" });
    expect(shapeOf([at("TALLY_MISSING", { slot: 10_000 - 5_041 }), window])).to.have.length(1);
    expect(shapeOf([at("TALLY_MISSING", { slot: 10_000 - 5_042 }), window])).to.have.length(2);
  });

  it("follow causes to the first, whatever the order", () => {
    const findings = [
      at("STATEMENT_EPOCH_DIFFERS", { month: "2024-01", epoch: 3 }),
      at("EPOCH_ROOT_OUTVOTED", { epoch: 3 }),
      at("TALLY_UNSUPPORTED", { slot: 3 * 720 + 5 }),
    ];
    expect(shapeOf(findings)).to.deep.equal([
      ["TALLY_UNSUPPORTED", ["STATEMENT_EPOCH_DIFFERS", "EPOCH_ROOT_OUTVOTED"]],
    ]);
  });

  it("put broken links under the first of them, and lose none of two that fit each other", () => {
    const links = [
      at("BLOCK_LINK_BROKEN", { slot: 5, previousSlot: 4 }),
      at("BLOCK_LINK_BROKEN", { slot: 6, previousSlot: 5 }),
    ];
    expect(shapeOf(links)).to.deep.equal([["BLOCK_LINK_BROKEN", ["BLOCK_LINK_BROKEN"]]]);
    const twins = [
      at("BLOCK_SESSION_OVERLOOKED", { slot: 5, sessionId: "a" }),
      at("BLOCK_SESSION_OVERLOOKED", { slot: 5, sessionId: "b" }),
    ];
    expect(shapeOf(twins).flatMap(([, under]) => under).length).to.equal(1);
  });

  it("put what follows from a statement that broke the chain under it", () => {
    const findings = [
      at("STATEMENT_DAMAGED", { month: "2025-01" }),
      at("STATEMENT_CHAIN_BROKEN", { month: "2025-02" }),
      at("STATEMENT_DIFFERS", { month: "2025-03" }),
    ];
    expect(shapeOf(findings)).to.deep.equal([
      ["STATEMENT_DAMAGED", ["STATEMENT_CHAIN_BROKEN", "STATEMENT_DIFFERS"]],
    ]);
  });
});
