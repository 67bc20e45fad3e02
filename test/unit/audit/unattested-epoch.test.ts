import { expect } from "chai";
import { pino } from "pino";
import { SlotAudit } from "../../../offchain/audit/audit-slots.ts";
import type { AuditFinding } from "../../../offchain/audit/finding.ts";
import { NodeRegistry } from "../../../offchain/consensus/node/node-registry.ts";
import { ProofVerifier } from "../../../offchain/consensus/proofs/verify-proofs.ts";
import { slotsOfEpoch } from "../../../offchain/consensus/slot-time.ts";
import type { LucidAnchorsClient } from "../../../offchain/contracts/lucid-anchors/client.ts";
import { ConsensusWorld, runTo, worldWallet } from "../../support/consensus-world.ts";

const EPOCH = 700;
const LAST = slotsOfEpoch(EPOCH).last;
const FIRST_SLOT = LAST - 5;
const closer = worldWallet("closer");

describe("an audit of an epoch that nobody attested", function () {
  this.timeout(120_000);

  for (const [later, codes] of [
    [29, []],
    [30, ["EPOCH_NOT_ATTESTED"]],
  ] as const) {
    it(`finds ${codes[0] ?? "nothing"} ${later} slots after its end`, async () => {
      await using world = await ConsensusWorld.open(FIRST_SLOT, 60);
      const node = await world.addNode("alice");
      for (let slot = FIRST_SLOT + 2; slot <= LAST; slot += 1) await world.put(world.beacon(node, slot));
      const state = await world.openState();
      await runTo(state, LAST + later, closer);
      await state.checkpoint(EPOCH);

      const chain = await world.view();
      await using verifier = new ProofVerifier({
        domain: chain.domain,
        vrfModule: import.meta.resolve("../../../offchain/consensus/vrf.ts"),
        threads: 1,
      });
      const { store } = world;
      const registry = new NodeRegistry({ store, domain: chain.domain, logger: pino({ level: "silent" }) });
      const findings: AuditFinding[] = [];
      const bounds = { newestDecided: LAST + later, newestClosed: LAST + later - 2 };
      // Nobody leads, so nothing is asked of the contract; and decisions of a test come years after their slots.
      const modules = { store, chain, registry, verifier, anchors: {} as LucidAnchorsClient };
      const slots = await SlotAudit.open(
        FIRST_SLOT,
        bounds,
        modules,
        (finding) => void findings.push(finding),
      );
      for await (const _ of slots.run(LAST + later));
      expect(findings.map(({ code }) => code)).to.deep.equal(codes);
      expect(slots.state.proofs).to.equal(4);
    });
  }
});
