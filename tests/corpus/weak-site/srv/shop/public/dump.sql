-- dump of the shop
CREATE TABLE customers (id INT, mail TEXT);
