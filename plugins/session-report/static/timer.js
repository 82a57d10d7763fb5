// Counts on from what the server said, by a clock that nobody can set.
export default function count(element) {
  const from = performance.now() - Number(element.dataset.seconds) * 1000
  const two = number => String(number).padStart(2, '0')
  const show = () => {
    const seconds = Math.floor((performance.now() - from) / 1000)
    element.textContent = `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
  }
  const timer = setInterval(show, 1000)
  return () => clearInterval(timer)
}
