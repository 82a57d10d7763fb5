// Runs before the first paint, so that a folded rail is never seen unfolding. The theme is printed by the server.
if (localStorage.getItem('rail') === 'folded') document.documentElement.dataset.rail = 'folded'
