import { openStore } from "../offchain/store/open-store.ts";
import { eachPage } from "../offchain/store/repositories/repository.ts";
import type { Store } from "../offchain/store/store.ts";

type Collection = Exclude<
  {
    [Name in keyof Store]: Store[Name] extends { restore(documents: never): unknown } ? Name : never;
  }[keyof Store],
  undefined
>;
export type DocumentIn<Name extends Collection> = Parameters<Store[Name]["restore"]>[0][number];

/** How the documents of a collection are changed: into another, several, or none. */
export type Plant = {
  readonly [Name in Collection]?: (
    document: DocumentIn<Name>,
  ) => DocumentIn<Name> | readonly DocumentIn<Name>[] | undefined;
};

/** A copy of a store in memory, with a fault planted in it on the way. */
export async function plantedStore(store: Store, plant: Plant): Promise<Store> {
  const copy = await openStore({ setting: "memory:" });
  await copyDocuments(store, copy, plant);
  return copy;
}

/** Copies all documents, with their stamps. */
export async function copyDocuments(from: Store, to: Store, plant: Plant): Promise<void> {
  for (const repository of from.repositories) {
    const name = (Object.keys(to) as (keyof Store)[]).find(
      (key) => (to[key] as { schema?: unknown } | undefined)?.schema === repository.schema,
    ) as Collection;
    const change = (plant[name] ?? ((document: unknown) => document)) as (document: unknown) => unknown;
    const target = to[name] as unknown as { restore(documents: readonly unknown[]): Promise<unknown> };
    const source = repository as unknown as { allById: Store["nodes"]["allById"] };
    for await (const page of eachPage((request) => source.allById(request))) {
      const documents = page.flatMap((document) => {
        const changed = change(document);
        return changed === undefined ? [] : Array.isArray(changed) ? changed : [changed];
      });
      await target.restore(documents);
    }
  }
}
