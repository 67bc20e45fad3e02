import { cp, mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import hre from "hardhat";
import { plantedStore } from "../../../devnet/planted-store.ts";
import { auditOf, lineOf } from "../../support/audit-run.ts";
import { AuditWorld } from "../../support/audit-world.ts";
import {
  ArrayTron,
  confirmed,
  History,
  PLANTED_FAULTS,
  type PlantedFault,
  paymentsOf,
} from "../../support/planted-faults.ts";

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

  async function findingsOf({ plant, onChain, onDisk, tron: show }: PlantedFault) {
    const tron = show && { tron: show(history) };
    const planted = (await plant?.(history)) ?? {};
    await onChain?.(history);
    try {
      await using store = await plantedStore(world.store, planted);
      if (onDisk === undefined) return (await auditOf(world, store, { ...tron })).findings;
      await using folder = await mkdtempDisposable(join(tmpdir(), "lucid-planted-"));
      await cp(world.dataDir, folder.path, { recursive: true });
      await onDisk(history, folder.path);
      return (await auditOf(world, store, { dataDir: folder.path, ...tron })).findings;
    } finally {
      await restore();
    }
  }

  it("finds nothing in the history before", async () => {
    expect((await auditOf(world)).findings.map(lineOf)).to.deep.equal([]);
  });

  it("finds nothing where everything is paid as planned", async () => {
    await using store = await plantedStore(world.store, confirmed);
    const { findings, notAudited } = await auditOf(world, store, {
      tron: new ArrayTron({ payments: paymentsOf(history) }),
    });
    expect(findings.map(lineOf)).to.deep.equal([]);
    expect(notAudited).to.deep.equal([]);
  });

  for (const fault of PLANTED_FAULTS) {
    it(`${fault.name}: ${fault.code}`, async () => {
      const findings = await findingsOf(fault);
      expect(
        findings.map(({ code }) => code),
        findings.map(lineOf).join("\n"),
      ).to.deep.equal([fault.code]);
      const [{ place } = { place: {} }] = findings;
      if (fault.place !== undefined) expect(place).to.deep.include(fault.place(history));
    });
  }
});
