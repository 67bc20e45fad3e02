import { getBytes, type Wallet } from "ethers";
import { sampleHash, sampleWallet } from "../../../devnet/task-proofs.ts";
import { type Identity, identityOf } from "../../../offchain/consensus/node/identity.ts";

/** A machine of the demo, and the nodes on it. */
export interface CastMachine {
  readonly name: string;
  readonly identities: readonly Identity[];
}

/** Nodes that have a machine and a story of their own; the machine has the node's name. */
export const SINGLES = ["late", "silent", "expelled", "inventor", "half"] as const;
type Single = (typeof SINGLES)[number];

const LETTERS = ["a", "b", "c", "d"] as const;
const OPERATORS = ["north", "south", "east"] as const;
const MEMBERS = ["pool-a", "pool-b", "pool-c"] as const;

/** Everybody in the demo: twenty nodes on nine machines, three of them members of a pool. */
export class Cast {
  readonly machines: readonly CastMachine[];
  readonly pool: { readonly wallet: Wallet; readonly members: readonly Identity[] };
  readonly #names = new Map<string, string>();
  readonly #identities = new Map<string, Identity>();

  constructor() {
    const operators = OPERATORS.map((name) => ({
      name,
      identities: LETTERS.map((letter) => this.#add(`${name}-${letter}`)),
    }));
    const members = MEMBERS.map((name) => this.#add(name));
    const singles = SINGLES.map((name) => ({ name, identities: [this.#add(name)] }));
    this.pool = { wallet: sampleWallet("demo pool"), members };
    this.#names.set(this.pool.wallet.address.toLowerCase(), "pool");
    this.machines = [...operators, { name: "pool", identities: members }, ...singles];
  }

  get identities(): readonly Identity[] {
    return [...this.#identities.values()];
  }

  /** Nodes that earn for themselves. */
  get independent(): readonly Identity[] {
    return this.identities.filter((one) => !this.pool.members.includes(one));
  }

  /** Nodes, and the pool: what earns and leads. */
  get entities(): readonly string[] {
    return [this.pool.wallet.address.toLowerCase(), ...this.independent.map(({ nodeId }) => nodeId)];
  }

  node(name: Single | `${(typeof OPERATORS)[number]}-${(typeof LETTERS)[number]}`): Identity {
    const found = this.#identities.get(name);
    if (found === undefined) throw new RangeError(`nobody in the demo is called ${name}`);
    return found;
  }

  /** @param account address in lower case */
  nameOf(account: string): string {
    return this.#names.get(account) ?? account;
  }

  #add(name: string): Identity {
    const secret = getBytes(sampleHash(`demo ${name} vrf`));
    const identity = identityOf(sampleWallet(`demo ${name}`), secret);
    this.#identities.set(name, identity);
    this.#names.set(identity.nodeId, name);
    return identity;
  }
}
