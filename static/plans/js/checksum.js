// The same sum as the server's: FNV-1a, 32 bit, over "number:revision;" in ascending order of numbers.

const encoder = new TextEncoder();

/** @param {Map<number, number>} revisions step number → step revision */
export function checksum(revisions) {
  const pairs = [...revisions].sort(([one], [other]) => one - other);
  const bytes = encoder.encode(pairs.map(([number, revision]) => `${number}:${revision};`).join(""));
  let value = 0x811c9dc5;
  for (const byte of bytes) value = Math.imul(value ^ byte, 0x01000193) >>> 0;
  return value.toString(16).padStart(8, "0");
}

/** Read "1:4,2:7" as the page carries it. */
export function readRevisions(text) {
  const pairs = text ? text.split(",").map((pair) => pair.split(":").map(Number)) : [];
  return new Map(pairs);
}
