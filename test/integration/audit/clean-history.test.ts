import { expect } from "chai";
import hre from "hardhat";
import { eachDocument } from "../../../offchain/store/repositories/repository.ts";
import { auditOf, lineOf } from "../../support/audit-run.ts";
import { AuditWorld, FIRST_SLOT, LAST_SLOT } from "../../support/audit-world.ts";

describe("an audit of a clean history", function () {
  this.timeout(300_000);
  let world: AuditWorld;

  before(async () => {
    world = await AuditWorld.build(hre);
  });
  after(async () => {
    await world?.[Symbol.asyncDispose]();
  });

  it("finds nothing", async () => {
    const reasons: string[] = [];
    for await (const { slot, result, transcript } of eachDocument((page) =>
      world.store.leaderSchedule.range(0, 1e9, page),
    )) {
      reasons.push(`${slot - FIRST_SLOT} ${result?.reason} ${JSON.parse(transcript).reason.kind}`);
    }
    console.log(reasons.join("\n"));
    const result = await auditOf(world);
    console.log(JSON.stringify({ ...result, findings: [] }, null, 1));
    expect(result.findings.map(lineOf)).to.deep.equal([]);
    expect(result.range).to.deep.equal({ first: FIRST_SLOT, last: LAST_SLOT });
  });
});
