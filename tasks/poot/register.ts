import { resolve } from "node:path";
import type { Wallet } from "ethers";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { SettingsError } from "../../offchain/config/errors.ts";
import { parseAddress } from "../../offchain/config/parse-address.ts";
import { parseTronArgument } from "../../offchain/config/parse-tron-argument.ts";
import { nextRegistration, type RegistrationWish } from "../../offchain/consensus/node/next-registration.ts";
import {
  readRegistrationFile,
  writeRegistrationFile,
} from "../../offchain/consensus/node/registration-file.ts";
import {
  countersignRegistration,
  signRegistration,
} from "../../offchain/consensus/node/sign-registration.ts";
import { signedRegistrations } from "../../offchain/consensus/node/signed-registrations.ts";
import { effectiveSlot } from "../../offchain/consensus/rules/registration-state.ts";
import { slotStart } from "../../offchain/consensus/slot-time.ts";
import type { PootDomain } from "../../offchain/consensus/typed-data/domain.ts";
import type { NewNodeRecord } from "../../offchain/store/documents.ts";
import type { Store } from "../../offchain/store/store.ts";
import { openChain } from "../context.ts";
import { readWallet } from "../keys.ts";
import { runTask } from "../run-task.ts";
import { readDomain } from "./domain.ts";
import { readIdentities } from "./identities.ts";

interface RegisterArguments {
  tron: string | undefined;
  pool: string | undefined;
  asPool: boolean;
  leave: boolean;
  out: string | undefined;
  countersign: string | undefined;
  json: boolean;
}

/** Who registers, and with what. */
interface Applicant {
  readonly wallet: Wallet;
  readonly wish: RegistrationWish;
}

export default async function register(args: RegisterArguments, hre: HardhatRuntimeEnvironment) {
  return await runTask(args, async (terminal, signal) => {
    requireOneWay(args);
    const { out, countersign } = args;
    const applicants = countersign === undefined ? await readApplicants(args, hre) : [];
    const needsPool = countersign !== undefined || (args.pool !== undefined && out === undefined);
    const pool = needsPool ? await readWallet(hre, "LUCID_POOL_KEY", "it signs for the pool") : undefined;
    await using chain = await openChain(hre, { signal });
    const domain = await readDomain(chain);
    const records =
      countersign === undefined
        ? await signEach(applicants, domain, chain.store)
        : await readRegistrationFile(resolve(countersign), poolIdOf(pool), domain);
    if (out !== undefined && records.length > 0) {
      await writeRegistrationFile(resolve(out), records);
      terminal.line(`The pool takes them in with: npx hardhat poot register --countersign ${out}`);
    }
    const rows = [];
    for (const record of records) {
      rows.push(out === undefined ? await enter(record, pool, domain, chain.store) : rowOf(record));
    }
    if (rows.length === 0) terminal.line("Nothing changes: it is registered like that already.");
    terminal.table(rows);
    return { value: rows };
  });
}

/** @throws {SettingsError} ARGUMENT_INVALID */
function requireOneWay({ countersign, asPool, pool, leave, tron, out }: RegisterArguments): void {
  const refuse = (argument: string, value: string, expected: string) => {
    throw new SettingsError({ code: "ARGUMENT_INVALID", argument, value, expected });
  };
  if (countersign !== undefined && ((asPool || leave || pool) ?? tron ?? out)) {
    refuse("--countersign", countersign, "no other option beside it: the file says what is registered");
  }
  if (asPool && pool !== undefined) refuse("--pool", pool, "no pool with --as-pool: a pool joins no pool");
  if (out !== undefined && pool === undefined)
    refuse("--out", out, "--pool beside it: others need no countersignature");
}

async function readApplicants(
  { asPool, tron, leave: isLeaving, pool }: RegisterArguments,
  hre: HardhatRuntimeEnvironment,
): Promise<Applicant[]> {
  const tronAddress = tron === undefined ? undefined : parseTronArgument("--tron", tron);
  const common = { isLeaving, tronAddress };
  if (asPool) {
    const wallet = await readWallet(hre, "LUCID_POOL_KEY", "it signs for the pool");
    return [{ wallet, wish: { ...common, kind: "pool", address: wallet.address.toLowerCase() } }];
  }
  const poolId =
    pool === undefined
      ? undefined
      : parseAddress({ code: "ARGUMENT_INVALID", argument: "--pool" }, pool).toLowerCase();
  const identities = await readIdentities(hre);
  return identities.map(({ wallet, nodeId: address, vrfPublicKey }) => ({
    wallet,
    wish: { ...common, kind: "node", address, vrfPublicKey, poolId },
  }));
}

/** The records of those for whom something changes. */
async function signEach(
  applicants: readonly Applicant[],
  domain: PootDomain,
  store: Store,
): Promise<NewNodeRecord[]> {
  const records: NewNodeRecord[] = [];
  for (const { wallet, wish } of applicants) {
    const known = await signedRegistrations(store.nodes, wish.address, domain);
    const content = nextRegistration(known, wish, await store.now());
    if (content !== undefined) records.push(await signRegistration(wallet, domain, content));
  }
  return records;
}

/** Puts a record into the store, countersigned where it names a pool. */
async function enter(record: NewNodeRecord, pool: Wallet | undefined, domain: PootDomain, store: Store) {
  const complete =
    record.poolId === undefined || pool === undefined
      ? record
      : await countersignRegistration(pool, domain, record);
  if (complete.poolId !== undefined && complete.poolId !== poolIdOf(pool)) {
    const expected = `${poolIdOf(pool)}, the pool of LUCID_POOL_KEY; or --out beside it, for the pool to countersign`;
    throw new SettingsError({
      code: "ARGUMENT_INVALID",
      argument: "--pool",
      value: complete.poolId,
      expected,
    });
  }
  await store.nodes.insert(complete);
  // The store's clock has stamped it by now, at the latest with this time.
  const slot = effectiveSlot({ ts: await store.now() });
  const effective = new Date(slotStart(slot)).toISOString();
  return { ...rowOf(complete), effectiveSlot: slot, effective };
}

const poolIdOf = (pool: Wallet | undefined) => (pool?.address ?? "").toLowerCase();

const rowOf = ({ address, kind, action, sequence, poolId, tronAddress, vrfPublicKey }: NewNodeRecord) => ({
  account: address,
  kind,
  action,
  sequence,
  pool: poolId,
  tron: tronAddress,
  vrfPublicKey,
});
