import type { Wallet } from "ethers";
import type { Identity } from "../offchain/consensus/node/identity.ts";
import { countersignRegistration, signRegistration } from "../offchain/consensus/node/sign-registration.ts";
import type { PootDomain } from "../offchain/consensus/typed-data/domain.ts";
import type { Store } from "../offchain/store/store.ts";

/** Who registers. */
export interface NodesToRegister {
  readonly identities: readonly Identity[];
  /** Registers itself, and countersigns its members' records. @default none */
  readonly pool?: { readonly wallet: Wallet; readonly members: readonly Identity[] };
  /** Where an account is paid. */
  readonly tronAddressOf: (account: string) => string;
}

/** Registers nodes, and a pool with its members, with their first records. They take effect two slots later. */
export async function registerNodes(
  { identities, pool, tronAddressOf }: NodesToRegister,
  domain: PootDomain,
  { nodes }: Pick<Store, "nodes">,
): Promise<void> {
  const first = (address: string) =>
    ({ sequence: 1, action: "register", address, tronAddress: tronAddressOf(address) }) as const;
  const node = ({ nodeId, vrfPublicKey }: Identity) =>
    ({ ...first(nodeId), kind: "node", vrfPublicKey }) as const;
  if (pool !== undefined) {
    const poolId = pool.wallet.address.toLowerCase();
    await nodes.insert(await signRegistration(pool.wallet, domain, { ...first(poolId), kind: "pool" }));
    for (const member of pool.members) {
      const record = await signRegistration(member.wallet, domain, { ...node(member), poolId });
      await nodes.insert(await countersignRegistration(pool.wallet, domain, record));
    }
  }
  for (const identity of identities) {
    await nodes.insert(await signRegistration(identity.wallet, domain, node(identity)));
  }
}
