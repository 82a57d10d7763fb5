// The phone's lock screen, the keys of a headset and of a keyboard: the Media Session of the browser.

/** Says what plays; nothing when nothing does. */
export function onLockScreen(deck) {
  const session = navigator.mediaSession
  if (!session) return
  const { track, take } = deck
  if (!track || !take) {
    session.metadata = null
    session.playbackState = 'none'
    return
  }
  session.metadata = new MediaMetadata({ title: `${track.title} – ${take.name}`, artist: track.subtitle })
  const handlers = {
    play: () => deck.play(),
    pause: () => deck.pause(),
    seekbackward: ({ seekOffset = 5 }) => deck.seek(deck.time - seekOffset),
    seekforward: ({ seekOffset = 5 }) => deck.seek(deck.time + seekOffset),
    seekto: ({ seekTime }) => deck.seek(seekTime),
    previoustrack: deck.queue[deck.at - 1] ? () => deck.skip(-1) : null,
    nexttrack: deck.queue[deck.at + 1] ? () => deck.skip(1) : null
  }
  for (const [name, handler] of Object.entries(handlers)) session.setActionHandler(name, handler)
  if (watched.has(deck)) return
  watched.add(deck)
  deck.addEventListener('change', () => {
    session.playbackState = deck.playing ? 'playing' : deck.take ? 'paused' : 'none'
    const { duration, time, rate } = deck
    if (duration > 0 && deck.take)
      session.setPositionState({ duration, playbackRate: rate, position: Math.min(time, duration) })
  })
}

const watched = new WeakSet()
