import { expect } from "chai";
import { pino } from "pino";
import { ConsensusError } from "../../../offchain/consensus/errors.ts";
import { ConsensusState } from "../../../offchain/consensus/node/consensus-state.ts";
import { openChainView } from "../../../offchain/consensus/node/open-chain-view.ts";
import { ProofVerifier } from "../../../offchain/consensus/proofs/verify-proofs.ts";
import { slotAt, slotStart } from "../../../offchain/consensus/slot-time.ts";
import { ConsensusChain } from "../../support/consensus-chain.ts";
import { needAnvil, startProcess } from "../../support/evm-chain.ts";
import { rejection } from "../../support/rejection.ts";

const K = 3;

describe("the chain's view of a node", function () {
  this.timeout(60_000);
  let chain: ConsensusChain;
  beforeEach(async function () {
    needAnvil(this);
    chain = await ConsensusChain.start();
  });
  afterEach(() => chain?.[Symbol.asyncDispose]());

  it("is opened once the deployment is confirmed, and a first slot is decided from it", async () => {
    await using node = await startProcess(chain.evm);
    const clients = await chain.clients(node);
    const checkpoints = {
      async *attestations() {
        yield [];
      },
    };
    const { anchors, provider, store } = node;
    const modules = { ...clients, anchors, provider, store, checkpoints };
    const early = await rejection(openChainView(1_000, modules), ConsensusError);
    expect(early.code).to.equal("DEPLOYMENT_UNCONFIRMED");
    const differing = await rejection(openChainView(K, modules), ConsensusError);
    expect(differing.code).to.equal("CONFIRMATIONS_DIFFER");

    await using fresh = await startProcess(chain.evm);
    const view = await openChainView(K, { ...modules, store: fresh.store });
    const deployed = (await chain.evm.direct.getBlock(view.deploymentBlock))?.timestamp ?? 0;
    expect(view.firstSlot).to.equal(slotAt(deployed * 1_000));
    expect(view.domain).to.deep.equal({ chainId: 31_337, anchors: anchors.address.toLowerCase() });

    await using verifier = new ProofVerifier({
      domain: view.domain,
      vrfModule: import.meta.resolve("../../../offchain/consensus/vrf.ts"),
      threads: 1,
    });
    await chain.mineAt(slotStart(view.firstSlot + 1) / 1_000, K);
    const logger = pino({ level: "silent" });
    const state = await ConsensusState.open({ store: fresh.store, chain: view, verifier, logger });
    const decided = await state.decideSlot(view.firstSlot);
    expect(decided.primary).to.equal(undefined);
    const settled = await state.settleSlot(view.firstSlot);
    expect(settled.result).to.include({ reason: "missed", detail: "seed-unknown" });
  });
});
