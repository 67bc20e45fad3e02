import { account, accountNet, accountResource, validateAddress } from "./account-reads.ts";
import {
  block,
  blockById,
  blockByNumber,
  blocksBetween,
  latestBlocks,
  nowBlock,
  transactionCount,
} from "./block-reads.ts";
import {
  bandwidthPrices,
  burned,
  chainParameters,
  energyPrices,
  memoFee,
  nextMaintenance,
  nodeInfo,
  witnesses,
} from "./chain-reads.ts";
import { contract, contractInfo } from "./contract-reads.ts";
import type { Handler } from "./request.ts";
import {
  infoByBlock,
  pendingIds,
  pendingSize,
  pendingTransaction,
  transactionById,
  transactionInfoById,
} from "./transaction-reads.ts";

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
