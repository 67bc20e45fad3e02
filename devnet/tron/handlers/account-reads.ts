import { fromBase58Check } from "../address.ts";
import { accountToJson } from "../answers/account-to-json.ts";
import type { JsonObject } from "../json/parse-json.ts";
import { decayed, slotOf } from "../resources/usage.ts";
import { bytesParam, type CallRequest, type Handler } from "./request.ts";

const TOTAL_BANDWIDTH = 43_200_000_000;
const TOTAL_ENERGY = 180_000_000_000;

const accountOf = (request: CallRequest) => {
  const address = bytesParam(request, "address");
  return address === undefined ? undefined : request.view.world.account(address.toString("hex"));
};

export const account: Handler = (request) => {
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

export const accountNet: Handler = (request) => bandwidthOf(request) ?? {};

export const accountResource: Handler = (request) => {
  const bandwidth = bandwidthOf(request);
  return bandwidth === undefined ? {} : { ...bandwidth, TotalEnergyLimit: TOTAL_ENERGY };
};

export const validateAddress: Handler = ({ params }) => {
  const text = String(params.address ?? "");
  if (fromBase58Check(text) !== undefined) return { result: true, message: "Base58check format" };
  if (/^41[0-9a-fA-F]{40}$/.test(text)) return { result: true, message: "Hex string format" };
  return { result: false, message: "Invalid address" };
};
