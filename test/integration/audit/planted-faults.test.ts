import { cp, mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import hre from "hardhat";
import { auditOf, lineOf } from "../../support/audit-run.ts";
import { AuditWorld } from "../../support/audit-world.ts";
import { History, PLANTED_FAULTS, type PlantedFault } from "../../support/planted-faults.ts";
import { plantedStore } from "../../support/planted-store.ts";

describe("an audit names exactly the fault that is planted", function () {
  this.timeout(300_000);
  let world: AuditWorld;
  let history: History;
  let restore: () => Promise<void>;

  before(async () => {
    world = await AuditWorld.build(hre);
    history = await History.read(world);
    restore = await world.chain.snapshot();
  });
  after(async () => {
    await world?.[Symbol.asyncDispose]();
  });

  async function findingsOf({ plant, onChain, onDisk }: PlantedFault) {
    const planted = (await plant?.(history)) ?? {};
    await onChain?.(history);
    try {
      await using store = await plantedStore(world.store, planted);
      if (onDisk === undefined) return (await auditOf(world, store)).findings;
      await using folder = await mkdtempDisposable(join(tmpdir(), "lucid-planted-"));
      await cp(world.dataDir, folder.path, { recursive: true });
      await onDisk(history, folder.path);
      return (await auditOf(world, store, { dataDir: folder.path })).findings;
    } finally {
      await restore();
    }
  }

  it("finds nothing in the history before", async () => {
    expect((await auditOf(world)).findings.map(lineOf)).to.deep.equal([]);
  });

  for (const fault of PLANTED_FAULTS) {
    it(`${fault.name}: ${fault.code}`, async () => {
      const findings = await findingsOf(fault);
      expect(findings.map(({ code }) => code), findings.map(lineOf).join("\n")).to.deep.equal([fault.code]);
      const [{ place } = { place: {} }] = findings;
      if (fault.place !== undefined) expect(place).to.deep.include(fault.place(history));
    });
  }
});
