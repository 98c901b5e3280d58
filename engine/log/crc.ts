import { crc32c } from '@node-rs/crc32'

/** CRC-32C (Castagnoli) of the bytes, 0 to 2^32-1. The one address of the library. */
export const checksum = (bytes: Uint8Array): number => crc32c(bytes)
