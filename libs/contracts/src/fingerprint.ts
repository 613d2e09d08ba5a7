/**
 * CRC-64-AVRO, the Rabin fingerprint of the Avro specification ("Schema Fingerprints"), by its table algorithm.
 * Computed once per schema, so BigInt's clarity costs nothing.
 */
const empty = 0xc15d213aa4d7a795n;

const table = Array.from({ length: 256 }, (_, byte) => {
  let fingerprint = BigInt(byte);
  for (let bit = 0; bit < 8; bit += 1) {
    fingerprint = (fingerprint >> 1n) ^ ((fingerprint & 1n) === 1n ? empty : 0n);
  }
  return fingerprint;
});

export function crc64Avro(bytes: Uint8Array): bigint {
  let fingerprint = empty;
  for (const byte of bytes) {
    fingerprint = (fingerprint >> 8n) ^ (table[Number((fingerprint ^ BigInt(byte)) & 0xffn)] ?? 0n);
  }
  return fingerprint;
}

/** The fingerprint of a schema in parsing canonical form as 16 hexadecimal digits, most significant first. */
export const fingerprintOf = (canonical: string): string =>
  crc64Avro(Buffer.from(canonical, 'utf8')).toString(16).padStart(16, '0');
