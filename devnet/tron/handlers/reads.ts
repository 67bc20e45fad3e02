import { fromBase58Check } from "../address.ts";
import { accountToJson } from "../answers/account-to-json.ts";
import { appliedToJson, blockToJson, shownAddress } from "../answers/block-to-json.ts";
import { chainParametersToJson } from "../answers/chain-parameters-to-json.ts";
import { contractToJson } from "../answers/contract-to-json.ts";
import { infoToJson } from "../answers/info-to-json.ts";
import type { View } from "../answers/view.ts";
import type { JsonObject } from "../json/parse-json.ts";
import { caughtUp, NO_USAGE } from "../resources/energy-factor.ts";
import { decayed, slotOf } from "../resources/usage.ts";
import { bytesParam, type CallRequest, type Handler, integerParam } from "./request.ts";

const TOTAL_BANDWIDTH = 43_200_000_000;
const TOTAL_ENERGY = 180_000_000_000;
/** Votes of the only witness of the recorded chain. */
const WITNESS_VOTES = 100_000_000;

const accountOf = (request: CallRequest) => {
  const address = bytesParam(request, "address");
  return address === undefined ? undefined : request.view.world.account(address.toString("hex"));
};

const idOf = (request: CallRequest): string =>
  bytesParam({ ...request, isVisible: false }, "value")?.toString("hex") ?? "";

const account: Handler = (request) => {
  const found = accountOf(request);
  return found === undefined ? {} : accountToJson(found, request.view.head.timestamp, request.isVisible);
};

function bandwidthOf(request: CallRequest): JsonObject | undefined {
  const found = accountOf(request);
  if (found === undefined) return undefined;
  const { view } = request;
  const used = decayed(found.freeNetUsage, found.latestFreeSlot, slotOf(view.head.timestamp));
  return {
    ...(used === 0 ? {} : { freeNetUsed: used }),
    freeNetLimit: view.chain.parameters.freeBandwidth,
    TotalNetLimit: TOTAL_BANDWIDTH,
  };
}

const accountNet: Handler = (request) => bandwidthOf(request) ?? {};

const accountResource: Handler = (request) => {
  const bandwidth = bandwidthOf(request);
  return bandwidth === undefined ? {} : { ...bandwidth, TotalEnergyLimit: TOTAL_ENERGY };
};

const transactionById: Handler = (request) => {
  const found = request.view.transaction(idOf(request));
  return found === undefined ? {} : appliedToJson(found.applied, request.isVisible);
};

const transactionInfoById: Handler = (request) => {
  const found = request.view.transaction(idOf(request));
  return found?.block === undefined ? {} : infoToJson(found.applied, found.block, request.isVisible);
};

const infoByBlock: Handler = (request) => {
  const block = request.view.blockByNumber(integerParam(request, "num"));
  if (block?.witnessSignature === undefined) return [];
  return block.transactions.map((applied) => infoToJson(applied, block, request.isVisible));
};

const nowBlock: Handler = ({ view, isVisible }) => blockToJson(view.head, isVisible);

const blockByNumber: Handler = (request) => {
  const block = request.view.blockByNumber(integerParam(request, "num"));
  return block === undefined ? {} : blockToJson(block, request.isVisible);
};

const blockById: Handler = (request) => {
  const block = request.view.blockById(idOf(request));
  return block === undefined ? {} : blockToJson(block, request.isVisible);
};

/** The head, or the block of a number or an id; with transactions only where `detail` is asked for. */
const block: Handler = ({ view, params, isVisible }) => {
  const wanted = params.id_or_num;
  const found = wanted === undefined ? view.head : blockByName(view, String(wanted));
  return found === undefined ? {} : blockToJson(found, isVisible, params.detail === true);
};

function blockByName(view: View, name: string) {
  if (/^\d+$/.test(name)) return view.blockByNumber(Number(name));
  if (/^[0-9a-fA-F]{64}$/.test(name)) return view.blockById(name.toLowerCase());
  throw new PlainError("id must be legal block hash.");
}

/** More blocks than these are not answered at once. */
const MOST_BLOCKS = 100;

const latestBlocks: Handler = (request) => {
  const count = Math.min(integerParam(request, "num"), MOST_BLOCKS);
  const { view } = request;
  return blocksToJson(request, Math.max(0, view.head.number - count + 1), view.head.number + 1);
};

const blocksBetween: Handler = (request) => {
  const [start, end] = [integerParam(request, "startNum"), integerParam(request, "endNum")];
  return blocksToJson(request, Math.max(0, start), Math.min(end, start + MOST_BLOCKS));
};

function blocksToJson({ view, isVisible }: CallRequest, start: number, end: number): JsonObject {
  const numbers = Array.from({ length: Math.max(0, end - start) }, (_, index) => start + index);
  const blocks = numbers.map((number) => view.blockByNumber(number)).filter((found) => found !== undefined);
  return blocks.length === 0 ? {} : { block: blocks.map((found) => blockToJson(found, isVisible)) };
}

const transactionCount: Handler = (request) => {
  const found = request.view.blockByNumber(integerParam(request, "num"));
  return { count: found === undefined ? -1 : found.transactions.length };
};

/** A failure whose text names no class. */
export class PlainError extends Error {}

const nodeInfo: Handler = ({ view: { chain } }) => ({
  activeConnectCount: 0,
  beginSyncNum: chain.solid.number,
  block: `Num:${chain.head.number},ID:${chain.head.id}`,
  cheatWitnessInfoMap: {},
  currentConnectCount: 0,
  passiveConnectCount: 0,
  solidityBlock: `Num:${chain.confirmed.number},ID:${chain.confirmed.id}`,
  totalFlow: 0,
});

const chainParameters: Handler = ({ view: { chain, world } }) => ({
  chainParameter: chainParametersToJson(chain.parameters, world.prices.energy),
});

const energyPrices: Handler = ({ view }) => ({ prices: view.world.prices.energyHistory });
const bandwidthPrices: Handler = ({ view }) => ({ prices: `0:${view.chain.parameters.bandwidthPrice}` });
const memoFee: Handler = ({ view }) => ({ prices: `0:${view.chain.parameters.memoFee}` });
const burned: Handler = ({ view }) => ({ burnTrxAmount: view.world.burned });

const witnesses: Handler = ({ view: { chain, head }, isVisible }) => ({
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

const nextMaintenance: Handler = ({ view: { chain } }) => {
  const { maintenanceIntervalMs: interval } = chain.parameters;
  return { num: (Math.floor(chain.head.timestamp / interval) + 1) * interval };
};

const contract: Handler = (request) => {
  const found = request.view.world.contract(contractAddress(request));
  return found === undefined ? {} : contractToJson(found, request.isVisible);
};

const contractInfo: Handler = (request) => {
  const { world, chain } = request.view;
  const address = contractAddress(request);
  const found = world.contract(address);
  if (found === undefined) return {};
  const { energyUsage, energyFactor, updateCycle } = caughtUp(
    world.usage(address) ?? NO_USAGE,
    world.cycle,
    chain.parameters,
  );
  return {
    runtimecode: Buffer.from(found.code).toString("hex"),
    smart_contract: contractToJson(found, request.isVisible),
    contract_state: {
      ...(energyUsage === 0 ? {} : { energy_usage: energyUsage }),
      ...(energyFactor === 0 ? {} : { energy_factor: energyFactor }),
      ...(updateCycle === 0 ? {} : { update_cycle: updateCycle }),
    },
  };
};

/** The parameter is called `value`, and is an address nevertheless. */
function contractAddress(request: CallRequest): string {
  const { value, ...rest } = request.params;
  const params = value === undefined ? rest : { ...rest, address: value };
  const locate = () => request.locate("value");
  return bytesParam({ ...request, params, locate }, "address")?.toString("hex") ?? "";
}

const pendingTransaction: Handler = (request) => {
  const found = request.view.pending(idOf(request));
  return found === undefined ? {} : appliedToJson(found, request.isVisible);
};
const pendingIds: Handler = ({ view }) => {
  const ids = view.chain.pending.map(({ transaction }) => transaction.id);
  return ids.length === 0 ? {} : { txId: ids };
};
const pendingSize: Handler = ({ view }) => ({ pendingSize: view.chain.pending.length });

const validateAddress: Handler = ({ params }) => {
  const text = String(params.address ?? "");
  if (fromBase58Check(text) !== undefined) return { result: true, message: "Base58check format" };
  if (/^41[0-9a-fA-F]{40}$/.test(text)) return { result: true, message: "Hex string format" };
  return { result: false, message: "Invalid address" };
};

/** Reads that both services answer. */
export const SHARED_READS: Readonly<Record<string, Handler>> = {
  getaccount: account,
  gettransactionbyid: transactionById,
  gettransactioninfobyid: transactionInfoById,
  gettransactioninfobyblocknum: infoByBlock,
  getnowblock: nowBlock,
  getblockbynum: blockByNumber,
  getblockbyid: blockById,
  getblock: block,
  getblockbylatestnum: latestBlocks,
  getblockbylimitnext: blocksBetween,
  gettransactioncountbyblocknum: transactionCount,
  getnodeinfo: nodeInfo,
  getenergyprices: energyPrices,
  getbandwidthprices: bandwidthPrices,
  getburntrx: burned,
  listwitnesses: witnesses,
};

/** Reads that only /wallet answers. */
export const WALLET_READS: Readonly<Record<string, Handler>> = {
  getaccountnet: accountNet,
  getaccountresource: accountResource,
  getchainparameters: chainParameters,
  getmemofee: memoFee,
  getnextmaintenancetime: nextMaintenance,
  listnodes: () => ({}),
  getcontract: contract,
  getcontractinfo: contractInfo,
  gettransactionfrompending: pendingTransaction,
  gettransactionlistfrompending: pendingIds,
  getpendingsize: pendingSize,
  validateaddress: validateAddress,
};
