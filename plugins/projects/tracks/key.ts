const french: Record<string, string> = { do: 'C', ut: 'C', re: 'D', mi: 'E', fa: 'F', sol: 'G', la: 'A', si: 'B' }

/**
 * A musical key as it is stored, `Am`, `F#`, `Bb`: from that, `A minor`, `la mineur`, `Fa dièse majeur`, `si♭`; undefined
 * for anything else.
 */
export function parseKey(text: string): string | undefined {
  const plain = text
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .trim()
    .replace(/♯/g, '#')
    .replace(/♭/g, 'b')
    .replace(/[\s-]+/g, ' ')
  const [, note = '', sign = '', mode = ''] =
    /^(do|ut|re|mi|fa|sol|la|si|[a-g]) ?(#|b|sharp|flat|diese|bemol)? ?(m|min|mineur|minor|maj|majeur|major)?$/i.exec(
      plain
    ) ?? []
  if (!note) return undefined
  const letter = french[note.toLowerCase()] ?? note.toUpperCase()
  const accidental = /^(#|sharp|diese)$/i.test(sign) ? '#' : sign ? 'b' : ''
  // M alone is major where m alone is minor
  const minor = mode === 'm' || /^(min|mineur|minor)$/i.test(mode)
  return letter + accidental + (minor ? 'm' : '')
}
