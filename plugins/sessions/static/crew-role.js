// A role is taken as soon as it is chosen; without script there is a button.

export default function role(form) {
  const button = form.querySelector('button')
  const choose = () => form.requestSubmit()
  const select = form.querySelector('select')
  button.hidden = true
  select.addEventListener('change', choose)
  return () => {
    button.hidden = false
    select.removeEventListener('change', choose)
  }
}
