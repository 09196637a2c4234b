DROP TABLE IF EXISTS hg_installation;
