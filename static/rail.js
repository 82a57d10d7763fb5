// Runs before the first paint, so that a folded rail is never seen unfolding.
if (localStorage.getItem('rail') === 'folded') document.documentElement.dataset.rail = 'folded'
