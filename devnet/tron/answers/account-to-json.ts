import type { JsonObject } from "../json/parse-json.ts";
import { decayed, SLOT_MS, slotOf } from "../resources/usage.ts";
import type { Account } from "../state/account.ts";
import { shownAddress } from "./block-to-json.ts";

const WINDOW_SLOTS = 28_800;
/** Which contracts the active permission of a new account covers. */
const ACTIVE_OPERATIONS = "7fff1fc0033e0100000000000000000000000000000000000000000000000000";

/** An account as getaccount answers it: whatever is zero is absent. @param headTime Unix milliseconds */
export function accountToJson(account: Account, headTime: number, isVisible: boolean): JsonObject {
  const { name, createTime, latestOperationTime } = account;
  const used = decayed(account.freeNetUsage, account.latestFreeSlot, slotOf(headTime));
  const energyTime = account.latestEnergySlot * SLOT_MS;
  return {
    ...(name === undefined ? {} : { account_name: isVisible ? name : Buffer.from(name).toString("hex") }),
    ...(account.isContract ? { type: "Contract" } : {}),
    address: shownAddress(account.address, isVisible),
    ...(account.balance === 0n ? {} : { balance: account.balance }),
    ...(createTime === undefined ? {} : { create_time: createTime }),
    ...(latestOperationTime === undefined ? {} : { latest_opration_time: latestOperationTime }),
    ...(used === 0 ? {} : { free_net_usage: used }),
    ...(account.latestFreeSlot === 0 ? {} : { latest_consume_free_time: account.latestFreeSlot * SLOT_MS }),
    net_window_size: WINDOW_SLOTS,
    account_resource: {
      ...(energyTime === 0 ? {} : { latest_consume_time_for_energy: energyTime }),
      energy_window_size: WINDOW_SLOTS,
    },
    ...(account.hasPermissions ? permissionsOf(account.address, isVisible) : {}),
    frozenV2: [{}, { type: "ENERGY" }, { type: "TRON_POWER" }],
    asset_optimized: true,
  };
}

function permissionsOf(address: string, isVisible: boolean): JsonObject {
  const keys = () => [{ address: shownAddress(address, isVisible), weight: 1 }];
  return {
    owner_permission: { permission_name: "owner", threshold: 1, keys: keys() },
    active_permission: [
      {
        type: "Active",
        id: 2,
        permission_name: "active",
        threshold: 1,
        operations: ACTIVE_OPERATIONS,
        keys: keys(),
      },
    ],
  };
}
