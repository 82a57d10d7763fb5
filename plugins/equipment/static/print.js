// Prints the page; without script, the browser's own menu does.
export default function print(button) {
  const now = () => globalThis.print()
  button.addEventListener('click', now)
  return () => button.removeEventListener('click', now)
}
