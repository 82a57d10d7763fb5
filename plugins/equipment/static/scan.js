// Looks for a label's QR code through the camera, where the browser can read codes; typing the code is always possible.

/** @param {HTMLElement} root */
export default function scan(root) {
  if (!('BarcodeDetector' in globalThis) || !navigator.mediaDevices?.getUserMedia) return undefined
  const button = root.querySelector('button')
  const video = root.querySelector('video')
  const status = root.querySelector('[role="status"]')
  const detector = new globalThis.BarcodeDetector({ formats: ['qr_code'] })
  let stream
  let pause
  root.hidden = false

  const stop = () => {
    clearTimeout(pause)
    for (const track of stream?.getTracks() ?? []) track.stop()
    stream = undefined
    video.hidden = true
    button.hidden = false
  }

  const look = async () => {
    // a picture that is not there yet cannot be read: the next one can
    const codes = await detector.detect(video).catch(() => [])
    if (!stream) return
    const [code] = codes
    if (!code) {
      pause = setTimeout(() => void look(), 150)
      return
    }
    stop()
    location.assign(`${root.dataset.url}?code=${encodeURIComponent(code.rawValue)}`)
  }

  const start = async () => {
    status.textContent = ''
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } })
    } catch {
      status.textContent = root.dataset.refused
      return
    }
    video.srcObject = stream
    video.hidden = false
    button.hidden = true
    await video.play()
    void look()
  }

  const pressed = () => void start()
  button.addEventListener('click', pressed)
  return () => {
    button.removeEventListener('click', pressed)
    stop()
  }
}
