"""设置: persons, groups, rules, categories, phrases, papers, backups, the password, the look."""
