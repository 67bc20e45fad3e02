/** A number with its noun, e.g. `1 payment`, `2 payments`. @param many where it is not the noun with an s */
export const counted = (count: number, noun: string, many = `${noun}s`) =>
  `${count} ${count === 1 ? noun : many}`;
