export const styles = ['/static/expenses/expenses.css']
