/** 2 GiB, and a little for those who say 2 GB and mean more. Bytes. */
export const largest = 2 * 1024 ** 3 + 16 * 1024 ** 2

const longest = 300

/** The last part of a path as a name: no folders, no control signs, at most 300 signs, of which the ending stays. */
export function cleanName(path: string): string {
  const last =
    path
      .toWellFormed()
      .split(/[/\\]/)
      .findLast(part => part.trim() !== '') ?? ''
  const name = last
    .replace(/[\p{Cc}\p{Cf}]/gu, '')
    .replace(/\s+/g, ' ')
    .trim()
    .normalize('NFC')
  if (name === '' || /^\.+$/.test(name)) return 'fichier'
  if (name.length <= longest) return name
  const [ending = ''] = /\.[A-Za-z0-9]{1,5}$/.exec(name) ?? []
  return name.slice(0, longest - ending.length).toWellFormed() + ending
}
