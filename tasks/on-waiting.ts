import { progress } from "./run-task.ts";

/** Says on stderr that a database has not answered yet. */
export const onWaiting = (location: string) => progress(`waiting for MongoDB at ${location}…`);
