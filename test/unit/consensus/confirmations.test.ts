import { expect } from "chai";
import { addressOf, hashOf } from "../../../devnet/store-documents.ts";
import { fixConfirmations } from "../../../offchain/consensus/chain-view/confirmations.ts";
import { ConsensusError } from "../../../offchain/consensus/errors.ts";
import { openStore } from "../../../offchain/store/open-store.ts";
import type { Store } from "../../../offchain/store/store.ts";
import { rejection } from "../../support/rejection.ts";

const deployment = { chainId: 31_337, genesisHash: hashOf(1), anchors: addressOf(0xab) };

describe("the confirmations of a deployment", () => {
  let store: Store;
  beforeEach(async () => {
    store = await openStore({ setting: "memory:" });
  });
  afterEach(() => store.close());

  const fix = (confirmations: number, changes: Partial<typeof deployment> = {}) =>
    fixConfirmations(store.deploymentParameters, { ...deployment, ...changes }, confirmations);

  it("are fixed by the first node, and the same for every other", async () => {
    await fix(3);
    await fix(3, { anchors: deployment.anchors.toUpperCase().replace("0X", "0x") });
    expect(await store.deploymentParameters.count()).to.equal(1);
    const { details, message } = await rejection(fix(4), ConsensusError);
    const { anchors } = deployment;
    expect(details).to.deep.equal({ code: "CONFIRMATIONS_DIFFER", anchors, kept: 3, configured: 4 });
    expect(message).to.match(/Set it to 3\.$/);
  });

  it("are fixed by one of two nodes that start at once", async () => {
    const outcomes = await Promise.allSettled([fix(3), fix(5)]);
    expect(outcomes.map(({ status }) => status).sort()).to.deep.equal(["fulfilled", "rejected"]);
    const refused = outcomes.find(({ status }) => status === "rejected") as PromiseRejectedResult;
    expect(refused.reason).to.include({ code: "CONFIRMATIONS_DIFFER" });
  });

  it("are those of one of two deployments whose nodes start at once", async () => {
    const other = { anchors: addressOf(2) };
    const outcomes = await Promise.allSettled([fix(3), fix(3, other)]);
    const [refused, ...more] = outcomes.filter((outcome) => outcome.status === "rejected");
    expect(more).to.deep.equal([]);
    const { details } = refused?.reason as ConsensusError;
    expect(details).to.include({ code: "STORE_DEPLOYMENT_DIFFERS" });
    expect(await store.deploymentParameters.count()).to.equal(1);
  });

  it("are those of one deployment: a store takes no other", async () => {
    await fix(3);
    const others = [{ chainId: 1 }, { anchors: addressOf(2) }, { genesisHash: hashOf(2) }];
    for (const other of others) {
      const { details } = await rejection(fix(3, other), ConsensusError);
      const connected = { ...deployment, ...other };
      expect(details).to.deep.equal({ code: "STORE_DEPLOYMENT_DIFFERS", kept: deployment, connected });
    }
  });
});
