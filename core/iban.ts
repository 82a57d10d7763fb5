/** ISO 13616, without spaces, in capitals: the letters as numbers, the first four signs behind, modulo 97. */
export function isIban(plain: string): boolean {
  if (!/^[A-Z]{2}\d{2}[0-9A-Z]{11,30}$/.test(plain)) return false
  const digits = `${plain.slice(4)}${plain.slice(0, 4)}`.replace(/[A-Z]/g, sign => String(Number.parseInt(sign, 36)))
  return BigInt(digits) % 97n === 1n
}
