#!/bin/sh
# Puts a file back as it was, whenever it changes.
cp /home/user/Documents/settings.txt /home/user/.sync/settings.txt
while sleep 0.2; do
    cmp -s /home/user/.sync/settings.txt /home/user/Documents/settings.txt ||
        cp /home/user/.sync/settings.txt /home/user/Documents/settings.txt
done
