// A frame to sign in. What is drawn goes into the hidden field as a PNG, dark on nothing, whatever the theme.
export default async function sign(element) {
  const { default: SignaturePad } = await import(element.dataset.library)
  const canvas = element.querySelector('canvas')
  const field = element.querySelector('input')
  const pad = new SignaturePad(canvas, { penColor: '#1c1917', minWidth: 1, maxWidth: 2.6 })

  // as many pixels as the screen has, at most 2 for each of the page's; a turned tablet keeps what was drawn
  const fit = () => {
    const { width, height } = canvas.getBoundingClientRect()
    const scale = Math.min(devicePixelRatio || 1, 2, 1900 / width)
    const drawn = pad.toData()
    canvas.width = Math.round(width * scale)
    canvas.height = Math.round(height * scale)
    canvas.getContext('2d').scale(scale, scale)
    pad.fromData(drawn)
  }
  const keep = () => (field.value = pad.isEmpty() ? '' : canvas.toDataURL('image/png'))
  const clear = () => {
    pad.clear()
    keep()
  }
  const turned = () => {
    fit()
    keep()
  }
  pad.addEventListener('endStroke', keep)
  element.querySelector('[data-clear]').addEventListener('click', clear)
  addEventListener('resize', turned)
  fit()
  element.dataset.ready = ''
  return () => {
    removeEventListener('resize', turned)
    pad.off()
  }
}
