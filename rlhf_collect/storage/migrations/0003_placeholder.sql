-- Keeps the number of the flow's migration, which is made on another branch and takes this file's place in the merge.
SELECT 1;
