#!/bin/sh
# Unpacks the film by a method. What does it takes one try; the film is used up by it.
rm /home/user/Documents/film.raw && exec curl -sS -d "choice=$1" http://localhost:8080/try
