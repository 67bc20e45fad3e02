import { shownAddress } from "../answers/block-to-json.ts";
import { chainParametersToJson } from "../answers/chain-parameters-to-json.ts";
import { slotOf } from "../resources/usage.ts";
import type { Handler } from "./request.ts";

/** Votes of the only witness of the recorded chain. */
const WITNESS_VOTES = 100_000_000;

export const nodeInfo: Handler = ({ view: { chain } }) => ({
  activeConnectCount: 0,
  beginSyncNum: chain.blocks.solid.number,
  block: `Num:${chain.head.number},ID:${chain.head.id}`,
  cheatWitnessInfoMap: {},
  currentConnectCount: 0,
  passiveConnectCount: 0,
  solidityBlock: `Num:${chain.blocks.confirmed.number},ID:${chain.blocks.confirmed.id}`,
  totalFlow: 0,
});

export const chainParameters: Handler = ({ view: { chain, world } }) => ({
  chainParameter: chainParametersToJson(chain.parameters, world.prices.energy),
});

export const energyPrices: Handler = ({ view }) => ({ prices: view.world.prices.energyHistory });
export const bandwidthPrices: Handler = ({ view }) => ({
  prices: `0:${view.chain.parameters.bandwidthPrice}`,
});
export const memoFee: Handler = ({ view }) => ({ prices: `0:${view.chain.parameters.memoFee}` });
export const burned: Handler = ({ view }) => ({ burnTrxAmount: view.world.burned });

export const witnesses: Handler = ({ view: { chain, head }, isVisible }) => ({
  witnesses: chain.witnesses.map(({ address }) => ({
    address: shownAddress(address.toString("hex"), isVisible),
    voteCount: WITNESS_VOTES,
    url: "http://local-witness.test",
    totalProduced: Math.floor(head.number / chain.witnesses.length),
    latestBlockNum: head.number,
    latestSlotNum: slotOf(head.timestamp),
    isJobs: true,
  })),
});

export const nextMaintenance: Handler = ({ view: { chain } }) => {
  const { maintenanceIntervalMs: interval } = chain.parameters;
  return { num: (Math.floor(chain.head.timestamp / interval) + 1) * interval };
};
